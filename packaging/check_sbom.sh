#!/bin/bash
# check_sbom.sh FILE...: holds bills of materials to the schema of CycloneDX, by its own library. No network once that is
# installed.
set -euo pipefail
source "$(dirname "$0")/environment.sh"

validator=$cache/validator-$(hash_of "$root/packaging/requirements-sbom.txt")
if [ ! -f "$validator/complete" ]; then
    say "installing the validator of the bill of materials"
    rm -rf "$validator"
    python3 -m venv "$validator"
    "$validator/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        -r "$root/packaging/requirements-sbom.txt"
    touch "$validator/complete"
fi
"$validator/bin/python" "$root/packaging/check_sbom.py" "$@"
