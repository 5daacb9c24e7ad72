#!/bin/bash
# Builds the archives of all targets twice and compares them, then runs everything that checks archives: what is in
# them, krew with them, and the static program wherever the end-to-end tests reach an API server. What `make test` does
# for this machine's archive alone.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }

step "packages"
scripts/install-deps.sh dist-test

step "archives, built twice"
scripts/dist.sh --check

step "the test cluster, and the build that krew's tests fill up with"
cmake --preset release >/dev/null
cmake --build --preset release >/dev/null
tests/cluster/build.sh

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=0

step "archives and krew"
export KENCRYPT_DIST=$PWD/build/dist KENCRYPT_DIST_ALL=1
python3 scripts/go_test.py tests/cluster "$results/dist" -p=1 ./e2e/dist ./e2e/krew || failed=1

step "the ways to an API server, by the static program"
tar -xzf "$KENCRYPT_DIST"/kubectl-encrypt_v*_"$(scripts/dist.sh --native)".tar.gz -C "$results" kubectl-encrypt
KENCRYPT_PLUGIN=$results/kubectl-encrypt python3 scripts/go_test.py tests/cluster "$results/connect" ./e2e/connect ||
    failed=1

cat "$results/dist" "$results/connect" |
    awk '{ p += $1; f += $2; s += $3 } END { printf "\n%d passed, %d failed, %d skipped\n", p, f, s }'
exit $failed
