#!/bin/bash
# archive.sh OS/ARCH ARCHIVE: packs what krew installs: the program, licenses, completions. The same bytes for the same
# files, whenever and by whomever.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$root"

target=$1 archive=$2
python3 packaging/fetch_sources.py "$cache/archives" "$sources" # whose licenses these are
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cp "build/dist-binaries/$(id_of "$target")" "$stage/kubectl-encrypt"
cp LICENSE "$stage/LICENSE"
python3 packaging/notices.py "${target%/*}" "$sources" "$(dirname "$zig")" > "$stage/THIRD_PARTY_LICENSES.txt"
mkdir "$stage/completions"
cp completions/kubectl_complete-encrypt "$stage/completions/"
for shell in bash zsh fish; do
    # Not kubectl-*: with this folder on the PATH they would be plugins to kubectl.
    cp "completions/kubectl-encrypt.$shell" "$stage/completions/encrypt.$shell"
done
find "$stage" -type d -exec chmod 755 {} +
find "$stage" -type f -exec chmod 644 {} +
chmod 755 "$stage/kubectl-encrypt" "$stage/completions/kubectl_complete-encrypt"

(cd "$stage" && find . -mindepth 1 -printf '%P\n' | sort |
    tar --format=ustar --no-recursion --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
        -cf - -T -) | gzip -9n > "$archive.new"
chmod 644 "$archive.new"
mv "$archive.new" "$archive"
