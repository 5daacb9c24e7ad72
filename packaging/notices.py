#!/usr/bin/env python3
"""Prints THIRD_PARTY_LICENSES.txt: the notices of everything that is inside the binary of one system.

    notices.py SYSTEM SOURCES ZIG-FOLDER     SYSTEM is linux or darwin
"""

import pathlib
import sys

import lock

RULE = "=" * 80


def section(part, folder):
    texts = [(folder / name).read_text(encoding="utf-8").strip("\n") for name in part["notice"]]
    return "\n".join([RULE, f"{part['title']} {part['version']} ({part['licence']})", RULE, "", *texts, ""])


def main():
    system, sources, zig = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    parts = [section(part, sources / part["name"]) for part in sorted(lock.sources(), key=lambda part: part["name"])]
    parts += [section(part, zig) for part in lock.bundled(system)]
    print("kubectl-encrypt itself is under the Apache License 2.0, see LICENSE. Its binary contains what follows.\n")
    print("\n".join(parts), end="")


if __name__ == "__main__":
    main()
