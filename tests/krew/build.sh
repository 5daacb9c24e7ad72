#!/bin/sh
# Builds krew and krew-index's validator from the pinned module in tools/ into build/krew: kubectl-krew, as kubectl finds
# it, and validate-krew-manifest. Seconds at first, then nothing: Go keeps what it has built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../build/krew
mkdir -p "$out"
cd "$here/tools"
"${GO:-go}" build -buildvcs=false -o "$out/kubectl-krew" sigs.k8s.io/krew/cmd/krew
"${GO:-go}" build -buildvcs=false -o "$out/validate-krew-manifest" sigs.k8s.io/krew/cmd/validate-krew-manifest
