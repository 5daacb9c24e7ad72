#!/bin/bash
# Builds and runs everything that checks the project; what CI runs. Closes with a count.
#
#   1. the C++ suite under AddressSanitizer and UndefinedBehaviorSanitizer
#   2. the release build of the plugin
#   3. the archive of a release for this machine (make dist-test: for all of them)
#   4. the end-to-end tests on a real kube-apiserver and etcd, krew and that archive among them
set -euo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
step() { printf '\n== %s\n' "$*"; }

step "packages"
scripts/install-deps.sh test

step "C++ suite under ASan and UBSan"
cmake --preset asan >/dev/null
cmake --build --preset asan
# Leaves the count to the end: a failure here must not hide the others.
ctest --preset asan -j "$(nproc)" 2>&1 | tee "$results/ctest" | grep -v '  Passed  ' || true

step "release build"
cmake --preset release >/dev/null
cmake --build --preset release

step "the archive of a release for this machine"
scripts/dist.sh native || true # then its tests fail, and the others run
export KENCRYPT_DIST=$PWD/build/dist

step "the test cluster"
tests/cluster/build.sh
tests/cluster/build.sh 1.34
tests/cluster/build.sh etcd-3.5
tests/cluster/build.sh etcd-3.6
tests/cluster/build.sh etcdctl

step "end to end on a real API server and etcd"
# The tests of KMS keys wait for minutes and use no CPU: beside all others.
python3 scripts/go_test.py tests/cluster "$results/kms" -p=1 -parallel=4 ./e2e/kms &
kms=$!
python3 scripts/go_test.py tests/cluster "$results/go" || true
wait "$kms" || true

python3 scripts/count.py "$results/ctest" "$results/go" "$results/kms"
