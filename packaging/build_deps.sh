#!/bin/bash
# build_deps.sh OS/ARCH [LIBRARY...]: builds the libraries of a release for one target, once for each state of what
# decides about them. With LIBRARY only these, for doing it in pieces.
set -euo pipefail
source "$(dirname "$0")/environment.sh"

target=$1
shift
prefix=$(prefix_of "$target")
if [ -f "$prefix/complete" ]; then
    touch "$prefix"
    exit 0
fi

say "building the libraries for $target (once; $prefix)"
use_target "$target"
python3 "$root/packaging/fetch_sources.py" "$cache/archives" "$sources"
# The commit's time is not to decide how a library comes out.
export SOURCE_DATE_EPOCH=0
work=$cache/work-$(id_of "$target")-$deps_key
cmake -G Ninja -S "$root/packaging/deps" -B "$work" -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_TOOLCHAIN_FILE="$root/cmake/ZigToolchain.cmake" \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DKENCRYPT_SOURCES="$sources" >/dev/null
if [ $# -gt 0 ]; then
    cmake --build "$work" --target "$@" >/dev/null
    exit 0
fi
cmake --build "$work" >"$work/log" || { cat "$work/log" >&2; exit 1; }
touch "$prefix/complete"
rm -rf "$work"
forget_old "$cache/libraries-$(id_of "$target")"
forget_old "$cache/tools-$(id_of "$target")"
forget_old "$cache/sources"
