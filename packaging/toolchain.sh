#!/bin/bash
# toolchain.sh ZIG OS/ARCH FOLDER PATH=NAME...: puts cc, c++, ar and ranlib for one target into FOLDER. Where a source
# below PATH has its own path compiled in, that begins with NAME instead. (Flags on the command line would not do:
# OpenSSL keeps those in the binary.)
set -eu
zig=$1 target=$2 folder=$3
shift 3

case $target in
    linux/amd64) triple=x86_64-linux-musl ;;
    linux/arm64) triple=aarch64-linux-musl ;;
    # By default it would be the newest macOS that the toolchain knows.
    darwin/amd64) triple=x86_64-macos.12.0 ;;
    darwin/arm64) triple=aarch64-macos.12.0 ;;
    *) echo "toolchain.sh: no such target: $target" >&2; exit 2 ;;
esac
maps=
for map in "$@"; do maps="$maps '-ffile-prefix-map=$map'"; done

mkdir -p "$folder"
tool() {  # tool NAME COMMAND
    printf '#!/bin/sh\nexec %s "$@"\n' "'$zig' $2" > "$folder/$1.new"
    chmod 755 "$folder/$1.new"
    mv "$folder/$1.new" "$folder/$1"
}
tool cc "cc -target $triple$maps"
tool c++ "c++ -target $triple$maps"
tool ar ar
tool ranlib ranlib
