#!/bin/bash
# Builds what is published of a release into build/dist: an archive for each target, its bill of materials, manifests
# for krew, checksums.txt. docs/release.md says more.
#
#   dist.sh [OS/ARCH...]           these targets; all of them without; "native" is this machine's
#   dist.sh --check [OS/ARCH...]   then everything once more elsewhere, and compares byte for byte
#   dist.sh --native               prints how this machine's is written in the name of an archive
#
#   KENCRYPT_DIST_FRESH=1          compiles our code even where the cache has it
set -euo pipefail
cd "$(dirname "$0")/.."
case $(uname -m) in
    aarch64 | arm64) native=linux/arm64 ;;
    *) native=linux/amd64 ;;
esac
check=
case ${1:-} in
    --native)
        echo "${native/\//_}"
        exit 0
        ;;
    --check)
        check=yes
        shift
        ;;
esac
all=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64)
targets=("${@/#native/$native}")
[ $# -gt 0 ] || targets=("${all[@]}")

scripts/install-deps.sh dist
source packaging/environment.sh
if [ -z "${KENCRYPT_DIST_LOCKED:-}" ]; then
    exec 9>"$cache/lock"
    flock 9 # two callers at a time: the second one finds the libraries there
    export KENCRYPT_DIST_LOCKED=1
fi
version=v$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
repository=${GITHUB_REPOSITORY:-OWNER/kubectl-encrypt} # where the manifests say that the archives are
out=$root/build/dist

build_all() {
    rm -rf "$out"
    mkdir -p "$out"
    for target in "${targets[@]}"; do
        packaging/build_binary.sh "$target"
        packaging/archive.sh "$target" "$out/kubectl-encrypt_${version}_$(id_of "$target").tar.gz"
    done
    rm -rf "$ZIG_LOCAL_CACHE_DIR" # a gigabyte of what ccache has as well
    python3 packaging/sbom.py "$version" "$out"/*.tar.gz > "$out/kubectl-encrypt_${version}.cdx.json"
    packaging/check_sbom.sh "$out/kubectl-encrypt_${version}.cdx.json"
    (cd "$out" && sha256sum -- kubectl-encrypt_* > checksums.txt)
    [ ${#targets[@]} -lt ${#all[@]} ] || write_manifests
}

# krew's manifests name all targets.
write_manifests() {
    local name
    for name in encrypt encrypt-at-rest; do
        python3 scripts/krew_manifest.py --dist "$out" --version "$version" --repository "$repository" \
            --name "$name" --out "$out/$name.yaml"
        python3 tests/krew/check_manifest.py "$out/$name.yaml" --dist "$out" --tag "$version" >&2
    done
    (cd "$out" && sha256sum -- encrypt*.yaml >> checksums.txt)
}

# The second build shares the archives of the sources and the toolchain's files, each at another path. Neither
# libraries, ccache nor the compiler's cache; another time of day, user's mask and language.
build_again() {
    local copy=$1
    mkdir -p "$copy/tree" "$copy/cache"
    tar -c --exclude=./build --exclude=./.git . | tar -x -C "$copy/tree"
    ln -s "$cache/archives" "$copy/cache/archives"
    cp -a "$zig_folder" "$copy/cache/"
    (umask 077 && LANG=C.UTF-8 CCACHE_DISABLE=1 KENCRYPT_DIST_CACHE=$copy/cache \
        "$copy/tree/scripts/dist.sh" "${targets[@]}" >/dev/null)
}

compare_with_a_second_build() {
    local copy
    copy=$(mktemp -d -t kubectl-encrypt-again.XXXXXX)
    build_again "$copy"
    if ! diff -r "$out" "$copy/tree/build/dist" >&2; then
        say "the two builds differ; the second is in $copy"
        exit 1
    fi
    rm -rf "$copy"
    say "a second build elsewhere gave the same bytes"
}

build_all
[ -z "$check" ] || compare_with_a_second_build
cat "$out/checksums.txt"
