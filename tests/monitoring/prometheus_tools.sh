#!/bin/bash
# Prints the path of a folder with promtool and prometheus-node-exporter of this Debian, taken out of their packages, once.
# Nothing is installed: the packages would start their servers.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-encrypt
kept=$cache/prometheus-tools

say() { echo "prometheus_tools.sh: $*" >&2; }

mkdir -p "$cache"
exec 9>"$cache/prometheus.lock"
flock 9
if [ ! -d "$kept" ]; then
    folder=$(mktemp -d "$cache/prometheus-tools.XXXXXX")
    trap 'rm -rf "$folder"' EXIT
    (cd "$folder" && apt-get download -qq prometheus prometheus-node-exporter) > "$folder/log" 2>&1 ||
        { cat "$folder/log" >&2; say "apt-get update may help"; exit 1; }
    for package in "$folder"/*.deb; do
        dpkg-deb -x "$package" "$folder/root"
    done
    mkdir "$folder/tools"
    cp "$folder/root/usr/bin/promtool" "$folder/root/usr/bin/prometheus-node-exporter" "$folder/tools"
    mv "$folder/tools" "$kept"
fi
echo "$kept"
