#!/usr/bin/env python3
"""Runs `go vet` and `go test` in a module and prints a line a test, and the output of what failed.

usage: go_test.py MODULE COUNTS-FILE [go test arguments]

Writes "passed failed skipped" to COUNTS-FILE.
"""

import json
import os
import re
import subprocess
import sys


# Packages that fill the machine by themselves or measure the plugin. The others wait for servers more than they
# compute, and run two at a time.
ALONE = re.compile(r"/e2e/(dist|states|trust)$")
# What test.sh starts by itself, beside all others.
BESIDE = re.compile(r"/e2e/kms$")


def vet(module, go):
    return subprocess.run([go, "vet", "./..."], cwd=module).returncode == 0


def everything(module, go):
    """The arguments of two runs of `go test` with all packages of the module but those of BESIDE."""
    listed = subprocess.run([go, "list", "./..."], cwd=module, stdout=subprocess.PIPE, text=True, check=True)
    packages = [package for package in listed.stdout.split() if not BESIDE.search(package)]
    together = [package for package in packages if not ALONE.search(package)]
    return [["-p=2", *together], ["-p=1", *filter(ALONE.search, packages)]]


def run_tests(module, go, arguments):
    """Yields the events of `go test -json`, and last an int, its exit code."""
    command = [go, "test", "-json", "-count=1", "-timeout=40m", *arguments]
    process = subprocess.Popen(command, cwd=module, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        try:
            yield json.loads(line)
        except ValueError:
            print(line, end="")
    yield process.wait()


class Tally:
    """Counts top-level tests and keeps the output of each until it is known whether it is wanted."""

    def __init__(self):
        self.counts = {"pass": 0, "fail": 0, "skip": 0}
        self.output = {}

    def take(self, event):
        key = (event.get("Package", ""), event.get("Test", ""))
        action = event["Action"]
        if action in ("output", "build-output"):
            self.output.setdefault(key, []).append(event["Output"])
        elif action in self.counts and self.is_counted(event):
            self.counts[action] += 1
            print(f"{action:5} {event['Elapsed']:7.1f}s {key[0]} {key[1]}", flush=True)
        if action in ("fail", "build-fail"):
            print("".join(self.output.get(key, [])), flush=True)
        elif action == "skip" and key[1]:
            print("".join(self.output.get(key, [])), end="", flush=True)

    @staticmethod
    def is_counted(event):
        return "Test" in event and "/" not in event["Test"]


def main():
    module, counts_file, *arguments = sys.argv[1:]
    go = os.environ.get("GO", "go")
    tally = Tally()
    if not vet(module, go):
        tally.counts["fail"] += 1
    code = 0
    for run in [arguments] if arguments else everything(module, go):
        for event in run_tests(module, go, run):
            if isinstance(event, int):
                code = code or event
            else:
                tally.take(event)
    if code != 0 and tally.counts["fail"] == 0:
        tally.counts["fail"] = 1  # a package that did not build or ended early
    with open(counts_file, "w") as file:
        file.write("{pass} {fail} {skip}\n".format(**tally.counts))
    return code


if __name__ == "__main__":
    sys.exit(main())
