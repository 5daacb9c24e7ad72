"""Runs a command and writes its CPU seconds and peak memory in bytes to a file.

A process inherits the peak of whoever forked it, so the measuring one has to be small: a Go program
would count tens of MiB of its own.

usage: measure.py RESULT-FILE COMMAND [ARGS]
"""

import os
import sys

result_file, *command = sys.argv[1:]
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
with open(result_file, "w") as file:
    file.write(f"{usage.ru_utime + usage.ru_stime} {usage.ru_maxrss * 1024}")
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
