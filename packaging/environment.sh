# Sourced by the scripts that build releases: where things are, and the toolchain, made if it is not there yet.
#
#   KENCRYPT_DEPS_CACHE  where what does not depend on our code is kept: the toolchain, archives, built libraries
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${KENCRYPT_DEPS_CACHE:-$root/build/deps}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

say() { echo "dist: $*" >&2; }

# hash_of FILE...: 16 digits that change with the content of any of them.
hash_of() { cat "$@" | sha256sum | cut -c1-16; }

zig_folder=$cache/zig-$(hash_of "$root/packaging/requirements.txt")
sources=$cache/sources-$(hash_of "$root/packaging/sources.lock" "$root"/packaging/patches/*)
# What decides how a library comes out.
deps_key=$(hash_of "$root/packaging/sources.lock" "$root"/packaging/patches/* "$root/packaging/requirements.txt" \
    "$root/packaging/toolchain.sh" "$root/cmake/Hardening.cmake" "$root/cmake/ZigToolchain.cmake" \
    $(find "$root/packaging/deps" -type f | LC_ALL=C sort))

if [ ! -x "$zig_folder/zig" ]; then
    say "installing the toolchain"
    rm -rf "$zig_folder"
    python3 -m venv "$zig_folder"
    "$zig_folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        -r "$root/packaging/requirements.txt"
    ln -s "$("$zig_folder/bin/python" -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__))')/zig" \
        "$zig_folder/zig"
fi
zig=$(readlink -f "$zig_folder/zig")
export ZIG_GLOBAL_CACHE_DIR=$cache/zig-cache
export ZIG_LOCAL_CACHE_DIR=${ZIG_LOCAL_CACHE_DIR:-$root/build/zig-cache}
export LC_ALL=C TZ=UTC

# The commit's own time, never the clock's. Without git it has to be given.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct) ||
        { say "no git history to take the time of the release from; set SOURCE_DATE_EPOCH"; exit 1; }
fi
export SOURCE_DATE_EPOCH

id_of() { echo "${1/\//_}"; }  # linux/amd64: linux_amd64
prefix_of() { echo "$cache/$(id_of "$1")-$deps_key"; }

# use_target OS/ARCH: sets the environment that cmake/ZigToolchain.cmake reads.
use_target() {
    export KENCRYPT_DIST_TARGET=$1 KENCRYPT_DIST_TOOLS=$cache/tools-$(id_of "$1")-$deps_key
    "$root/packaging/toolchain.sh" "$zig" "$1" "$KENCRYPT_DIST_TOOLS" \
        "$zig_folder=zig" "$sources=sources" "$(prefix_of "$1")=deps"
}
