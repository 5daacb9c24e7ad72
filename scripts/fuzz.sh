#!/bin/bash
# (clang 16: later ones refuse what libstdc++ 12 and RapidJSON 1.1 write, and it needs to be told that it has the concepts of C++20.)
# Fuzzes every parser of foreign bytes, one after the other: `fuzz.sh [NAME...]`, FUZZ_SECONDS (600) each. What is found
# and what is new go to build/fuzz/; a finding belongs into tests/fuzz/corpus/NAME/, where `make test` replays it.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-600}
# More than any input takes that is not growing without bound: the parsers' own limits are a few MiB.
limits="-timeout=10 -rss_limit_mb=1024 -max_len=65536"

scripts/install-deps.sh fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target fuzzers

names=("$@")
if [ ${#names[@]} = 0 ]; then
    for source in tests/fuzz/*_fuzz.cc; do names+=("$(basename "$source" _fuzz.cc)"); done
fi
failed=0
for name in "${names[@]}"; do
    found=build/fuzz/found/$name
    mkdir -p "$found/corpus"
    # shellcheck disable=SC2086
    if build/fuzz/tests/fuzz/fuzz_"$name" $limits -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="$found/" "$found/corpus" "tests/fuzz/corpus/$name" >"$found/log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log") inputs in $seconds s, nothing found"
    else
        echo "$name: a finding; see $found/log and the file it names"
        failed=1
    fi
done
exit $failed
