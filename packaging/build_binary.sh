#!/bin/bash
# build_binary.sh OS/ARCH: compiles our own code for one target into build/dist-binaries, after the libraries, or takes
# it from the cache where the same code was compiled before.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$root"

target=$1
id=$(id_of "$target")
prefix=$(prefix_of "$target")

# What decides how our code comes out.
code_key=$({ echo "$deps_key"; find CMakeLists.txt cmake plugin completions packaging/build_binary.sh -type f |
    LC_ALL=C sort | xargs sha256sum; } | sha256sum | cut -c1-16)
kept_binary=$cache/binary-$id-$code_key

compile() {
    local work=$root/build/dist-work/$id-$deps_key # CMake remembers where it found the libraries
    packaging/build_deps.sh "$target"
    say "compiling for $target"
    use_target "$target"
    # The compiler is a script of ours to ccache; what it stands for is in its name.
    export CCACHE_COMPILERTYPE=clang CCACHE_COMPILERCHECK="string:$(basename "$zig_folder") $target"
    cmake -G Ninja -S "$root" -B "$work" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-Os \
        -DCMAKE_TOOLCHAIN_FILE="$root/cmake/ZigToolchain.cmake" -DCMAKE_PREFIX_PATH="$prefix" \
        -DOPENSSL_ROOT_DIR="$prefix" -DOPENSSL_USE_STATIC_LIBS=ON \
        -DKENCRYPT_DIST=ON -DKENCRYPT_TESTS=OFF >/dev/null
    cmake --build "$work" >"$work/log" || { cat "$work/log" >&2; exit 1; }
    cp "$work/kubectl-encrypt" "$kept_binary.new"
    mv "$kept_binary.new" "$kept_binary"
    forget_old "$cache/binary-$id"
}

if [ -n "${KENCRYPT_DIST_FRESH:-}" ] || [ ! -f "$kept_binary" ]; then
    compile
fi
touch "$kept_binary"
mkdir -p build/dist-binaries
cp "$kept_binary" "build/dist-binaries/$id"
