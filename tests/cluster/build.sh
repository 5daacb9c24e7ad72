#!/bin/sh
# Builds the multi-call binary of the test cluster once and links to it from
# build/cluster/ in the repository. The binary is kept per content of the
# sources, so that changing branches does not mean building again.
#
#   build.sh        the cluster: servers of today's Kubernetes, etcd, kubectl and tools
#   build.sh 1.34   the kube-apiserver of an older one, from the module v1.34
#   build.sh etcd-3.5   the etcd of an older one, from the module etcd-3.5
#   build.sh etcdctl    the real etcdctl, from the module etcdctl
set -eu

older=${1:-}
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
case $older in
    '') module=$here name=cluster ;;
    etcd*) module=$here/$older name=$older ;;
    *) module=$here/v$older name=apiserver-$older ;;
esac
linked=kencrypt-$name
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-encrypt
kept_binaries=5

say() { echo "build.sh: $*" >&2; }

# Everything that goes into the binary; the tests, the benchmark and other modules do not.
sources_hash() {
    (cd "$module" &&
        find . -name '*.go' ! -name '*_test.go' ! -path './e2e/*' ! -path './bench/*' ! -path './plugin/*' \
            ! -path './v[0-9]*' ! -path './etcd*' -print | LC_ALL=C sort |
        xargs sha256sum go.mod go.sum "$here/build.sh" | cut -d' ' -f1 | sha256sum | cut -c1-16)
}

# A Go that reads our go.mod: new enough, or able to fetch one that is.
find_go() {
    for go in "${GO:-go}" /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
        if (cd "$module" && "$go" list -m) >/dev/null 2>&1; then
            echo "$go"
            return
        fi
    done
    wanted=$(sed -n 's/^go //p' "$module/go.mod")
    say "no Go found that can build the test cluster: install Go $wanted or newer from https://go.dev/dl/ (or any Go from 1.21 on, with network access to fetch it)."
    return 1
}

# Without these the servers would call themselves v0.0.0-master.
version_flags() {
    version=$(sed -n 's/^.*k8s.io\/kubernetes \(v[0-9.]*\)$/\1/p' "$module/go.mod")
    [ -n "$version" ] || return 0 # etcd has its version in its source
    minor=${version#v1.}
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        printf '%s ' "-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
    done
}

build() {
    go=$(find_go)
    say "building $linked into $1"
    say "the first build takes 5 to 10 minutes, later ones about one"
    (cd "$module" && nice -n 10 "$go" build -buildvcs=false -tags servers \
        -ldflags "-s -w $(version_flags)" -o "$1.new" .)
    mv "$1.new" "$1"
}

forget_old() {
    ls -dt "$cache/$name"-???????????????? 2>/dev/null | tail -n +$((kept_binaries + 1)) | xargs -r rm -f
}

link() {
    mkdir -p "$repository/build/cluster/bin"
    ln -sfn "$1" "$repository/build/cluster/$linked"
    [ -z "$older" ] || return 0
    # For those without a kubectl of their own: put this directory on the PATH.
    ln -sfn "$1" "$repository/build/cluster/bin/kubectl"
}

main() {
    [ -f "$module/go.mod" ] || { say "no $older here"; exit 2; }
    binary=$cache/$name-$(sources_hash)
    mkdir -p "$cache"
    exec 9>"$cache/lock"
    flock 9 # two callers at a time: the second one finds the binary there
    if [ -x "$binary" ]; then
        touch "$binary"
    else
        build "$binary"
    fi
    forget_old
    link "$binary"
}

main
