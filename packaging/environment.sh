# Sourced by the scripts that build releases: where things are, and the toolchain, made if it is not there yet.
#
#   KENCRYPT_DIST_CACHE  where what a change of our code leaves alone is kept: toolchain, archives, built libraries
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${KENCRYPT_DIST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-encrypt/dist}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
kept=3 # states of the libraries, and of our own code, for each target

say() { echo "dist: $*" >&2; }

# hash_of FILE...: 16 digits that change with the content of any of them.
hash_of() { cat "$@" | sha256sum | cut -c1-16; }

# forget_old PREFIX: of what is kept under PREFIX-KEY only the newest stay.
forget_old() { ls -dt "$1"-???????????????? 2>/dev/null | tail -n +$((kept + 1)) | xargs -r rm -rf; }

zig_folder=$cache/zig-$(hash_of "$root/packaging/requirements.txt")
sources=$cache/sources-$(hash_of "$root/packaging/sources.lock" "$root"/packaging/patches/*)
# What decides how a library comes out.
deps_key=$(hash_of "$root/packaging/sources.lock" "$root"/packaging/patches/* "$root/packaging/requirements.txt" \
    "$root/packaging/toolchain.sh" "$root/cmake/Hardening.cmake" "$root/cmake/ZigToolchain.cmake" \
    $(find "$root/packaging/deps" -type f | LC_ALL=C sort))

install_toolchain() {
    say "installing the toolchain"
    rm -rf "$zig_folder"
    python3 -m venv "$zig_folder"
    "$zig_folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        -r "$root/packaging/requirements.txt"
    ln -sr "$("$zig_folder/bin/python" -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__))')/zig" \
        "$zig_folder/zig"
}
[ -x "$zig_folder/zig" ] || install_toolchain
zig=$(readlink -f "$zig_folder/zig")
export ZIG_GLOBAL_CACHE_DIR=$cache/zig-cache
export ZIG_LOCAL_CACHE_DIR=$root/build/zig-cache
export LC_ALL=C TZ=UTC

# The commit's own time, never the clock's. Without git it has to be given. (In a container the folder may be
# somebody else's, which git refuses unless told.)
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -c safe.directory="$root" -C "$root" log -1 --format=%ct) ||
        { say "no git history to take the time of the release from; set SOURCE_DATE_EPOCH"; exit 1; }
fi
export SOURCE_DATE_EPOCH

id_of() { echo "${1/\//_}"; }  # linux/amd64: linux_amd64
prefix_of() { echo "$cache/libraries-$(id_of "$1")-$deps_key"; }

# use_target OS/ARCH: sets the environment that cmake/ZigToolchain.cmake reads.
use_target() {
    export KENCRYPT_DIST_TARGET=$1 KENCRYPT_DIST_TOOLS=$cache/tools-$(id_of "$1")-$deps_key
    "$root/packaging/toolchain.sh" "$zig" "$1" "$KENCRYPT_DIST_TOOLS" \
        "$zig_folder=zig" "$sources=sources" "$(prefix_of "$1")=libraries"
}
