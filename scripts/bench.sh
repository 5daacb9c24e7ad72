#!/bin/bash
# Compares the plugin with the kubectl pipe, a plain Go loop and etcdctl, and with itself run in other ways; prints
# Markdown tables. Takes more than an hour, half of it kubectl's. Flags go to tests/cluster/bench (-help lists
# them): `-only adaptive,size` for some of it, `-only census,etcd,snapshot` for `status` alone (some 12 minutes, and
# 2.5 GiB of disk in TMPDIR), `-secrets 500 -status-secrets 2000 -snapshot-secrets 5000 -runs 1` for a quick look.
# BENCH_FLAGS does the same. `-lock FILE` keeps out of the measured runs what else was started by `flock FILE COMMAND`.
set -euo pipefail
cd "$(dirname "$0")/.."

tests/cluster/build.sh
tests/cluster/build.sh etcdctl
export KENCRYPT_CLUSTER_BIN="$PWD/build/cluster/kencrypt-cluster"
command -v kubectl >/dev/null || export PATH="$PATH:$PWD/build/cluster/bin"
echo "CPU: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores; kubectl $(kubectl version --client 2>/dev/null | sed -n 's/^Client Version: //p')"
cd tests/cluster
# shellcheck disable=SC2086
exec "${GO:-go}" run -buildvcs=false ./bench ${BENCH_FLAGS:-} "$@"
