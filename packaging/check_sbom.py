"""Holds bills of materials to the schema of CycloneDX 1.6, strictly: check_sbom.py FILE...; run by check_sbom.sh."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def references(document):
    """The bom-ref of everything that has one."""
    found = []
    if isinstance(document, dict):
        found += [document["bom-ref"]] if "bom-ref" in document else []
        document = list(document.values())
    if isinstance(document, list):
        for inner in document:
            found += references(inner)
    return found


def problems(text):
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        yield str(fault.data)
        return
    # What a schema cannot say.
    document = json.loads(text)
    known = references(document)
    if len(known) != len(set(known)):
        yield "a bom-ref is used twice"
    for dependency in document["dependencies"]:
        for reference in [dependency["ref"], *dependency.get("dependsOn", [])]:
            if reference not in known:
                yield f"{reference} is depended on, but not listed"


def main():
    found = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for problem in problems(file.read()):
                print(f"{path}: {problem}", file=sys.stderr)
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
