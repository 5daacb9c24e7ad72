#!/bin/bash
# Makes docs/images/*.svg from the real thing: a cluster of its own, commands typed into a terminal (tmux), and what they left
# on the screen. A minute, once the plugin (make) and the test cluster are built. Look at the pictures before committing them.
set -euo pipefail
cd "$(dirname "$0")/.."

columns=128 rows=30
patience=60 # seconds for any one command; none takes a tenth
cluster=build/cluster/kencrypt-cluster
images=docs/images
work=$(mktemp -d)
socket=kencrypt-screenshots-$$
up=

command -v tmux >/dev/null || { echo "screenshots.sh: needs tmux (apt-get install tmux)" >&2; exit 1; }

cleanup() {
    tmux -L "$socket" kill-server 2>/dev/null || true
    [ -z "$up" ] || { kill "$up" && wait "$up"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# until_true COMMAND...: waits until it succeeds.
until_true() {
    local end=$((SECONDS + patience))
    until "$@"; do
        [ $SECONDS -lt $end ] || { echo "screenshots.sh: waited in vain for: $*" >&2; screen >&2; exit 1; }
        sleep 0.05
    done
}

key() { head -c 32 /dev/urandom | base64; }
key1=$(key) key2=$(key)

# config FILE NAME:KEY...: writes Secrets with the first key and reads them with all, and in plaintext.
config() {
    local file=$1 one
    shift
    {
        printf 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n'
        printf -- '- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n'
        for one in "$@"; do printf -- '      - {name: %s, secret: %s}\n' "${one%%:*}" "${one#*:}"; done
        printf '  - identity: {}\n'
    } >"$file"
}

# secrets NAMESPACE COUNT [FIRST]
secrets() {
    local i
    for ((i = ${3:-1}; i < ${3:-1} + $2; i++)); do
        printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: {name: secret-%03d, namespace: %s}\nstringData: {value: "%s"}\n' "$i" "$1" "$RANDOM"
    done | kubectl create -f - >/dev/null
}

ready() { grep -q '^ready' "$work/up.log"; }
restart() { "$cluster" restart-apiserver --dir "$work/cluster" --config "$work/$1" >/dev/null; }

# A cluster in the middle of a rotation: some Secrets older than encryption, most under the former key, a few under the new one.
start_cluster() {
    local namespace
    "$cluster" up --dir "$work/cluster" >"$work/up.log" 2>&1 &
    up=$!
    until_true ready
    KUBECONFIG=$(sed -n 's/^ready: export KUBECONFIG=\([^ ]*\).*/\1/p' "$work/up.log")
    export KUBECONFIG
    for namespace in monitoring payments shop; do kubectl create namespace "$namespace" >/dev/null; done
    secrets payments 95
    secrets default 4
    config "$work/first.yaml" "key1:$key1"
    restart first.yaml
    secrets payments 12 101
    secrets monitoring 31
    secrets shop 64
    config "$work/enc.yaml" "key2:$key2" "key1:$key1"
    restart enc.yaml
    secrets shop 8 101
    secrets default 10 101
}

screen() { tmux -L "$socket" capture-pane -e -p; }
shows() { screen | grep -q -- "$1"; }
idle() { [ -e "$work/idle" ]; }

# The shell leaves a file whenever it asks for the next command.
start_terminal() {
    cat >"$work/rc" <<RC
PS1='\$ '
PROMPT_COMMAND='touch $work/idle'
cd $work
RC
    tmux -L "$socket" -f /dev/null new-session -d -x "$columns" -y "$rows" "exec bash --noprofile --rcfile $work/rc -i"
    tmux -L "$socket" set-option -g status off
    until_true idle
}

type_line() {
    rm -f "$work/idle"
    tmux -L "$socket" send-keys -l -- "$1"
    tmux -L "$socket" send-keys Enter
}

# The prompt for the next command is no part of the picture.
picture() {
    screen | python3 -c 'import sys; print(sys.stdin.read().rstrip().removesuffix("$").rstrip())' |
        python3 scripts/terminal_svg.py "$2" >"$images/$1.svg"
}

clear_screen() {
    type_line clear
    until_true idle
}

[ -x "$cluster" ] || tests/cluster/build.sh
PATH=$PWD/build/release:$PATH
command -v kubectl >/dev/null || PATH=$PWD/build/cluster/bin:$PATH
export PATH TERM=xterm-256color
mkdir -p "$images"
start_cluster
start_terminal
clear_screen
type_line "kubectl encrypt status --config enc.yaml -o wide"
until_true idle
picture status "kubectl encrypt status"
clear_screen
type_line "kubectl encrypt rewrite secrets"
until_true shows '(y/N)'
type_line y
until_true idle
type_line "kubectl encrypt status --config enc.yaml -o wide"
until_true idle
picture rewrite "kubectl encrypt rewrite"
ls -l "$images"/*.svg
