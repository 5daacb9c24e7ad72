#!/bin/bash
# Prints the path of a tar file of an older Debian's root, made by debootstrap from the mirrors that apt is configured
# for, once: the essential packages as they are unpacked, without what no program needs to run.
set -euo pipefail
suite=bullseye
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-encrypt
kept=$cache/debian-$suite.tar

say() { echo "older_debian.sh: $*" >&2; }

mirror() {
    apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Origin: Debian" "Label: Debian" | sort | head -n 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

mkdir -p "$cache"
exec 9>"$cache/debian.lock"
flock 9
if [ ! -f "$kept" ]; then
    from=$(mirror)
    [ -n "$from" ] || { say "apt knows no Debian mirror to make an older Debian from"; exit 1; }
    folder=$(mktemp -d)
    trap 'as_root rm -rf "$folder"' EXIT
    as_root /usr/sbin/debootstrap --foreign --variant=minbase "$suite" "$folder/root" "$from" > "$folder/log" 2>&1 ||
        { cat "$folder/log" >&2; exit 1; }
    as_root ln -sf dash "$folder/root/bin/sh" # which dash would do as it is set up
    as_root tar -C "$folder/root" --exclude=./usr/share --exclude=./var --exclude=./proc --exclude=./sys --exclude=./dev \
        -cf "$folder/tar" .
    cp "$folder/tar" "$kept.new"
    mv "$kept.new" "$kept"
fi
echo "$kept"
