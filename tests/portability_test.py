#!/usr/bin/env python3
"""Finds what only Linux has, outside of the files for Linux (*_linux.cc).

The programs for macOS are compiled when a release is built, and nowhere else: this names what broke them, at once. An
argument names another folder to check.
"""

import pathlib
import re
import sys

LINUX_ONLY = re.compile(
    r"<sys/(xattr|prctl|epoll|eventfd|signalfd|inotify|sysinfo|syscall)\.h>|<linux/|<features\.h>"
    r"|\bst_[amc]tim\b|\b(getrandom|pipe2|accept4|memfd_create|renameat2|fgetxattr|secure_getenv|gettid)\("
    r"|\b(O_TMPFILE|O_PATH|SOCK_CLOEXEC|SOCK_NONBLOCK|MSG_NOSIGNAL)\b|/proc/self")


def offences(root):
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".cc", ".h") or path.stem.endswith(("_linux", "_darwin")):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if match := LINUX_ONLY.search(line.split("//")[0]):
                yield f"{path.relative_to(root)}:{number}: {match[0]} is not on macOS; see base/platform.h"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "plugin"
    found = list(offences(root))
    print("\n".join(found) or "nothing is of Linux alone")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
