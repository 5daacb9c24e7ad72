"""What krew wants of an archive: each check yields (rule, what is wrong).

A1 to A8 are those of krew's internal/download and internal/installation, apart from A4: krew would install a binary that
nobody may run, and zip files as well, which we do not make. V13 is validate-krew-manifest's. A9 is our own: another
program named kubectl-... would be found by kubectl as a plugin, wherever somebody puts the folder on the PATH.
"""

import fnmatch
import hashlib
import posixpath
import tarfile
import zlib

LICENSES = {"license", "license.txt", "license.md", "licenses", "licenses.txt", "licenses.md", "copying", "copying.txt"}
BINARY_MODE = 0o755
EVERYTHING = [{"from": "*", "to": "."}]


def entries_of(path):
    """The members of a gzipped tar file; None if it is none."""
    if path.read_bytes()[:3] != b"\x1f\x8b\x08":
        return None
    try:
        with tarfile.open(path, "r:gz") as archive:
            return archive.getmembers()
    except (tarfile.TarError, zlib.error, OSError, EOFError):
        return None


def check_archive(path, platform):
    if hashlib.sha256(path.read_bytes()).hexdigest() != platform.get("sha256"):
        yield "A8", f"{path.name} does not have the sha256 of the manifest"
    entries = entries_of(path)
    if entries is None:
        yield "A1", f"{path.name} is no gzipped tar file"
        return
    yield from entry_problems(entries)
    yield from install_problems(entries, platform)


def entry_problems(entries):
    for entry in entries:
        if ".." in entry.name or entry.name.startswith(("/", "\\")):
            yield "A2", f"krew refuses the name {entry.name!r}"
        if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
            yield "A3", f"{entry.name} is neither a file nor a directory"


def install_problems(entries, platform):
    modes = {posixpath.normpath(one.name): one.mode for one in entries if one.isreg()}
    installed = {}
    for operation in platform.get("files") or EVERYTHING:
        problem, moved = move(modes, operation["from"], operation["to"])
        if problem:
            yield problem
            return
        installed.update(moved)
    binary = posixpath.normpath(platform.get("bin", ""))
    if binary not in installed:
        yield "A7", f"{binary} is not there to be installed"
    elif installed[binary] != BINARY_MODE:
        yield "A4", f"{binary} has mode {installed[binary]:o}, not {BINARY_MODE:o}"
    if not any(posixpath.basename(name).lower() in LICENSES for name in installed):
        yield "V13", "no license file is installed"
    for name in installed:
        base = posixpath.basename(name)
        if base.startswith("kubectl-") and base != posixpath.basename(binary):
            yield "A9", f"{name} would be another plugin for kubectl"


def move(modes, source, target):
    """What one entry of `files` moves: (problem or None, {installed path: mode})."""
    if target != posixpath.normpath(target):
        return ("A5", f"files: {target} has to be written as {posixpath.normpath(target)}"), {}
    found = matching(modes, source)
    if not found:
        return ("A6", f"files: nothing in the archive is named {source}"), {}
    is_glob = found != [posixpath.normpath(source)]
    moved = {}
    for path in found:
        base = posixpath.join(target, posixpath.basename(path)) if is_glob or target == "." else target
        for name in modes:
            if name == path or name.startswith(path + "/"):
                moved[posixpath.normpath(base + name[len(path):])] = modes[name]
    return None, moved


def matching(modes, pattern):
    """Files and folders that the pattern names, where no wildcard matches a slash."""
    paths = {"/".join(name.split("/")[:depth]) for name in modes for depth in range(1, name.count("/") + 2)}
    pattern = posixpath.normpath(pattern)
    if pattern in paths:
        return [pattern]
    words = pattern.split("/")
    return sorted(path for path in paths if path.count("/") == len(words) - 1 and
                  all(fnmatch.fnmatchcase(*pair) for pair in zip(path.split("/"), words)))
