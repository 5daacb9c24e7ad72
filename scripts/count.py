#!/usr/bin/env python3
"""Adds up what ctest printed and what go_test.py counted; the last line is the sum.

usage: count.py CTEST-OUTPUT GO-COUNTS...; exits with 1 if anything failed, or if a runner left no count.
"""

import re
import sys


def ctest_counts(text):
    """(passed, failed) of a ctest run; (0, 1) if it did not come to its end."""
    match = re.search(r"(\d+) tests? failed out of (\d+)", text)
    if not match or match.group(2) == "0":
        return 0, 1
    failed, total = int(match.group(1)), int(match.group(2))
    return total - failed, failed


def go_counts(text):
    """(passed, failed, skipped) of a run of go_test.py; one in which nothing passed has failed."""
    passed, failed, skipped = (int(word) for word in (text or "0 1 0").split())
    return passed, max(failed, 1) if passed == 0 else failed, skipped


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def main():
    cpp_passed, cpp_failed = ctest_counts(read(sys.argv[1]))
    runs = [go_counts(read(path)) for path in sys.argv[2:]]
    go_passed, go_failed, go_skipped = (sum(column) for column in zip(*runs))
    print(f"\nC++ suite: {cpp_passed} passed, {cpp_failed} failed")
    print(f"end to end: {go_passed} passed, {go_failed} failed, {go_skipped} skipped\n")
    failed = cpp_failed + go_failed
    print(f"{cpp_passed + go_passed} passed, {failed} failed, {go_skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
