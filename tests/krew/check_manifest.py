#!/usr/bin/env python3
"""Checks a krew manifest, and the archives it names, without network and without krew.

    check_manifest.py NAME.yaml [--dist DIR] [--tag vX.Y.Z]

With --dist every archive has to be in DIR under the last part of its uri (V12: krew-index installs each of them). Prints
a line for each rule that is broken, with its name in manifest_rules.py or archive_rules.py, and then exits with 1.
"""

import argparse
import pathlib
import sys

import yaml

import archive_rules
import manifest_rules


def all_problems(path, dist, tag):
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        yield "V1", path.name, f"cannot be read: {error}"
        return
    manifest = manifest_rules.Manifest(document, path.name)
    problems = list(manifest.problems())
    yield from problems
    if tag and manifest.spec.get("version") != tag:
        yield "V5", "spec.version", f"is not the tag {tag}"
    if not dist or any(rule.startswith("V") for rule, _, _ in problems):
        return  # krew would not come to its archives
    for index, platform in enumerate(manifest.platforms):
        for rule, what in archive_problems(platform, dist):
            yield rule, f"spec.platforms[{index}]", what


def archive_problems(platform, dist):
    name = manifest_rules.text(platform.get("uri")).rsplit("/", 1)[-1]
    if not name or not (dist / name).is_file():
        yield "V12", f"there is no archive {name!r} to install"
        return
    yield from archive_rules.check_archive(dist / name, platform)


def main():
    parser = argparse.ArgumentParser(description="Checks a krew manifest and the archives it names.")
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("--dist", type=pathlib.Path)
    parser.add_argument("--tag")
    arguments = parser.parse_args()
    found = list(all_problems(arguments.manifest, arguments.dist, arguments.tag))
    for rule, where, what in found:
        print(f"{rule} {where}: {what}")
    print(f"{arguments.manifest.name}: {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
