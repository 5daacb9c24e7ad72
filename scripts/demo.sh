#!/bin/bash
# The whole story on a cluster of its own: Secrets in plaintext, encryption turned on, status, rewrite,
# status, and the bytes in etcd before and after. Leaves nothing running and nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

secrets=${DEMO_SECRETS:-3000}
namespaces=12
cluster=build/cluster/kencrypt-cluster
work=$(mktemp -d)
up=

cleanup() {
    [ -z "$up" ] || { kill "$up" && wait "$up"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

bold=; plain=
if [ -t 1 ]; then bold=$(printf "\033[1m"); plain=$(printf "\033[0m"); fi
title() { printf "\n%s== %s%s\n" "$bold" "$*" "$plain"; }
run() {
    printf '$ %s\n' "$*"
    "$@"
}

wait_until_ready() {
    until grep -q '^ready' "$work/up.log"; do
        kill -0 "$up" 2>/dev/null || { cat "$work/up.log" >&2; exit 1; }
        sleep 0.1
    done
}

write_config() {
    cat >"$work/enc.yaml" <<CONFIG
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - aescbc:
          keys:
            - name: key1
              secret: $(head -c 32 /dev/urandom | base64)
      - identity: {}
CONFIG
}

echo "demo: preparing the cluster: kube-apiserver and etcd in one binary, built once (minutes) and kept"
tests/cluster/build.sh
export PATH="$PWD/build/release:$PATH"
command -v kubectl >/dev/null || export PATH="$PWD/build/cluster/bin:$PATH"

title "A cluster without encryption at rest, with $secrets Secrets in $namespaces namespaces"
"$cluster" up --dir "$work/cluster" >"$work/up.log" 2>&1 &
up=$!
wait_until_ready
KUBECONFIG=$(sed -n 's/^ready: export KUBECONFIG=\([^ ]*\).*/\1/p' "$work/up.log")
export KUBECONFIG
"$cluster" seed --kubeconfig "$KUBECONFIG" --count "$secrets" --namespaces "$namespaces"
kubectl create secret generic db -n default --from-literal=password=mysecretpassword
key=/registry/secrets/default/db
run "$cluster" etcd-get --dir "$work/cluster" "$key"

title "Encryption is turned on and the API server restarted: nothing changes for what is there"
write_config
"$cluster" restart-apiserver --dir "$work/cluster" --config "$work/enc.yaml"
run kubectl encrypt status --config "$work/enc.yaml"

title "Every Secret is written again"
run kubectl encrypt rewrite secrets --yes

title "And now"
run kubectl encrypt status --config "$work/enc.yaml"

title "The same Secret in etcd"
run "$cluster" etcd-get --dir "$work/cluster" "$key"
echo
echo "demo: done; the cluster is stopped and removed"
