#!/bin/bash
# Builds what is published of a release into build/dist: a krew archive for each target, checksums.txt and the bill of
# materials. docs/release.md says more.
#
#   dist.sh [OS/ARCH...]           these targets; all of them without
#   dist.sh --check [OS/ARCH...]   then once more from a copy of the tree elsewhere, and compares byte for byte
set -euo pipefail
cd "$(dirname "$0")/.."
check=
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
targets=("$@")
[ $# -gt 0 ] || targets=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64)

scripts/install-deps.sh dist
source packaging/environment.sh
version=v$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
out=$root/build/dist

# The compiler is a script of ours to ccache; what it stands for is in its name.
export CCACHE_COMPILERTYPE=clang

# binary_of OS/ARCH: compiles our code; prints where the binary is.
binary_of() {
    local work=$root/build/dist-work/$(id_of "$1") prefix
    prefix=$(prefix_of "$1")
    use_target "$1"
    export CCACHE_COMPILERCHECK="string:$(basename "$zig_folder") $1"
    cmake -G Ninja -S "$root" -B "$work" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-Os \
        -DCMAKE_TOOLCHAIN_FILE="$root/cmake/ZigToolchain.cmake" -DCMAKE_PREFIX_PATH="$prefix" \
        -DOPENSSL_ROOT_DIR="$prefix" -DOPENSSL_USE_STATIC_LIBS=ON \
        -DKENCRYPT_DIST=ON -DKENCRYPT_TESTS=OFF >/dev/null
    cmake --build "$work" >&2
    echo "$work/kubectl-encrypt"
}

# stripped OS/ARCH FROM TO. On macOS the linker has stripped: the signature covers what it wrote.
stripped() {
    case $1 in
        linux/amd64) x86_64-linux-gnu-strip --strip-all -o "$3" "$2" ;;
        linux/arm64) aarch64-linux-gnu-strip --strip-all -o "$3" "$2" ;;
        *) cp "$2" "$3" ;;
    esac
}

# pack FOLDER ARCHIVE: the same bytes for the same files, whenever and by whomever.
pack() {
    chmod -R u=rwX,go=rX "$1"
    (cd "$1" && find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort |
        tar --format=ustar --no-recursion --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
            -cf - -T -) | gzip -9n > "$2"
}

archive() {
    local target=$1 binary stage
    binary=$(binary_of "$target")
    stage=$(mktemp -d)
    stripped "$target" "$binary" "$stage/kubectl-encrypt"
    cp LICENSE "$stage/LICENSE"
    python3 packaging/notices.py "${target%/*}" "$sources" "$(dirname "$zig")" > "$stage/THIRD_PARTY_LICENSES.txt"
    [ ! -d completions ] || cp -RL completions "$stage/completions"
    find "$stage" -type f -exec chmod 644 {} +
    chmod 755 "$stage/kubectl-encrypt"
    # The script that kubectl runs for completion.
    find "$stage/completions" -type f -name 'kubectl_complete-*' -exec chmod 755 {} + 2>/dev/null || true
    pack "$stage" "$out/kubectl-encrypt_${version}_$(id_of "$target").tar.gz"
    rm -rf "$stage"
}

build_all() {
    rm -rf "$out"
    mkdir -p "$out"
    for target in "${targets[@]}"; do
        packaging/build_deps.sh "$target"
        say "building $target"
        archive "$target"
    done
    python3 packaging/sbom.py "$version" "$out"/*.tar.gz > "$out/kubectl-encrypt_${version}.cdx.json"
    (cd "$out" && sha256sum -- kubectl-encrypt_* > checksums.txt)
}

# The second build shares the libraries and nothing else: no ccache, no cache of the compiler's, another path.
compare_with_a_second_build() {
    local copy
    copy=$(mktemp -d)/kubectl-encrypt-copy
    mkdir "$copy"
    tar -c --exclude=./build --exclude=./.git . | tar -x -C "$copy"
    CCACHE_DISABLE=1 KENCRYPT_DEPS_CACHE=$cache ZIG_LOCAL_CACHE_DIR=$copy/build/zig-cache \
        "$copy/scripts/dist.sh" "${targets[@]}"
    if ! diff -r "$out" "$copy/build/dist" >&2; then
        say "the two builds differ; the second is in $copy"
        exit 1
    fi
    rm -rf "$(dirname "$copy")"
    say "a second build elsewhere gave the same bytes"
}

build_all
[ -z "$check" ] || compare_with_a_second_build
cat "$out/checksums.txt"
