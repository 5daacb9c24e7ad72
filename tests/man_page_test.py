#!/usr/bin/env python3
"""Checks the manual that `kubectl-encrypt man` writes: man_page_test.py PROGRAM SOURCES

man and mandoc find nothing to warn of, its sections are the usual ones in their order, every flag that any help shows is in
it as a reader sees it, and so is every environment variable that the sources read.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "ENVIRONMENT", "EXIT STATUS", "FILES", "EXAMPLES",
            "SEE ALSO"]
# Not for a person: CGI's sign, by which a proxy is refused, is described where the proxy is; the last is for child processes.
SOURCE_READS = re.compile(r'(?:find\(|find_either\(variables, |Variable = |variables, )"([A-Z][A-Z_]{3,})"')


def output(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def check_lint(page):
    for command in (["man", "--warnings", "--local-file", page], ["mandoc", "-T", "lint", "-W", "style", page]):
        environment = {**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8", "MAN_KEEP_STDERR": "1"}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        complaints = done.stderr if command[0] == "man" else done.stdout + done.stderr
        assert done.returncode == 0 and not complaints, f"{command}: exit {done.returncode}\n{complaints}"


def rendered(page):
    return re.sub(".\b", "", output("mandoc", "-T", "ascii", "-O", "width=100", page))


def flags_of(text):
    return re.findall(r"^    (?:-\w, )?(--[a-z0-9-]+)=", text, re.MULTILINE)


def commands_below(program, *words):
    """Those that do something themselves: ["status"], ["config", "lint"], ["rotate"] and ["rotate", "status"]."""
    page = output(program, *words, "--help")
    below = re.findall(r"^  (\w[\w-]*)   ", page.split("\nUsage:")[0], re.MULTILINE)
    found = [one for name in below for one in commands_below(program, *words, name)]
    return found + ([list(words)] if not found or "\nOptions:\n" in page else [])


def check_flags(program, text):
    commands = commands_below(program)
    assert len(commands) >= 10, commands
    shown = flags_of(output(program, "options"))
    for command in commands:
        name = " ".join(command)
        assert re.search(rf"^ {{7}}{name}\b", text, re.MULTILINE), f"{name} is not among the commands"
        shown += flags_of(output(program, *command, "--help"))
    assert len(shown) > 60, shown
    in_manual = set(re.findall(r"^ +(?:-\w, )?(--[a-z0-9-]+)=", text, re.MULTILINE))
    assert set(shown) == in_manual, f"not in the manual: {set(shown) - in_manual}; in it alone: {in_manual - set(shown)}"


def check_variables(sources, text):
    read = set()
    for path in pathlib.Path(sources).rglob("*.cc"):
        read |= set(SOURCE_READS.findall(path.read_text(encoding="utf-8")))
    assert len(read) > 15, read
    missing = {name for name in read if not re.search(rf"\b{name}\b", text)}
    assert not missing, f"read by the sources and not in the manual: {missing}"


def main():
    program, sources = sys.argv[1:]
    with tempfile.NamedTemporaryFile("w", suffix=".1", encoding="ascii") as page:
        page.write(output(program, "man"))
        page.flush()
        check_lint(page.name)
        text = rendered(page.name)
    found = re.findall(r"^([A-Z]+(?: [A-Z]+)*)$", text, re.MULTILINE)
    assert found == SECTIONS, found
    check_flags(program, text)
    check_variables(sources, text)


if __name__ == "__main__":
    main()
