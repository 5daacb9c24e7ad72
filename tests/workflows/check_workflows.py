#!/usr/bin/env python3
"""Holds GitHub workflows to the rules that no linter has: check_workflows.py FILE...

Every action is pinned by a commit, with the release beside it; nothing is allowed that a job does not ask for by itself; no
expression stands in a script, where its value would be run; a checkout leaves no credentials behind, unless the job pushes.
"""

import re
import sys

import yaml

PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$")


def line_problems(text):
    for line in text.splitlines():
        if "uses:" in line and "uses: ./" not in line and not PINNED.search(line):
            yield f"not pinned by a commit with its release: {line.strip()}"


def job_problems(name, job):
    if "permissions" not in job:
        yield f"job {name} does not say its permissions"
    may_push = job.get("permissions", {}).get("contents") == "write"
    for step in job.get("steps", []):
        if "${{" in step.get("run", ""):
            yield f"job {name} has an expression in a script: hand it over as a variable"
        keeps = step.get("with", {}).get("persist-credentials") is not False
        if step.get("uses", "").startswith("actions/checkout@") and keeps and not may_push:
            yield f"job {name} keeps the credentials of its checkout"


def problems(text):
    workflow = yaml.safe_load(text)
    if workflow.get("permissions") != {}:
        yield "permissions have to be none where a job does not say so"
    yield from line_problems(text)
    for name, job in workflow["jobs"].items():
        yield from job_problems(name, job)


def self_test(text):
    """Each rule finds what is broken in a copy of a good file."""
    for good, bad in ((" # v7.0.1", ""), ("permissions: {}\n", "\n"), ("persist-credentials: false", "fetch-depth: 1"),
                      ("run: bash .ci/run", "run: bash ${{ github.head_ref }}"),
                      ("    permissions:\n      contents: read\n", "")):
        assert good in text, good
        assert list(problems(text.replace(good, bad, 1))), f"nobody misses {good!r}"


def main():
    found = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if path.endswith("/ci.yml"):
            self_test(text)
        for problem in problems(text):
            print(f"{path}: {problem}")
            found += 1
    return 1 if found or len(sys.argv) < 4 else 0


if __name__ == "__main__":
    sys.exit(main())
