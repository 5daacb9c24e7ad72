#!/bin/sh
# Installs the Debian packages that are missing: `install-deps.sh build` for the plugin alone,
# `install-deps.sh test` for everything that checks it, `fuzz` for fuzzing, `dist` for release archives, `dist-test`
# for what checks these on other machines' processors. Says nothing where all are there.
set -eu

build="g++ cmake ninja-build make libcurl4-openssl-dev libssl-dev libfmt-dev libyaml-cpp-dev
       libcxxopts-dev rapidjson-dev libsodium-dev libyaml-dev"
fuzz="$build clang-16 libclang-rt-16-dev"
dist="cmake ninja-build make perl patch ccache xz-utils git python3 python3-venv python3-yaml"
test="$build $dist catch2 man-db mandoc bash-completion zsh fish debootstrap"
dist_test="$test qemu-user-static"

say() { echo "install-deps.sh: $*" >&2; }

is_installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

missing() {
    for package in $1; do
        is_installed "$package" || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "not root and no sudo; install these yourself and run again: $wanted"
        exit 1
    fi
}

case ${1:-} in
    build) packages=$build ;;
    test) packages=$test ;;
    fuzz) packages=$fuzz ;;
    dist) packages=$dist ;;
    dist-test) packages=$dist_test ;;
    *) say "usage: install-deps.sh build|test|fuzz|dist|dist-test"; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian; assuming that these are installed under their names here: $packages"
    exit 0
fi
wanted=$(missing "$packages")
[ -z "$wanted" ] && exit 0
say "installing $wanted"
export DEBIAN_FRONTEND=noninteractive
as_root apt-get update -qq
# shellcheck disable=SC2086
as_root apt-get install -y -qq --no-install-recommends $wanted >/dev/null
