#!/usr/bin/env python3
"""Makes archives in the layout of a release out of any one binary, for tests that need no real ones.

    stand_in.py --version vX.Y.Z --out DIR [--binary FILE]

The same binary is put into the archives of all platforms; without one it is a line of text. DIR also gets checksums.txt.
"""

import argparse
import gzip
import hashlib
import io
import pathlib
import sys
import tarfile

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
PLATFORMS = [(system, machine) for system in ("linux", "darwin") for machine in ("amd64", "arm64")]


class Member:
    def __init__(self, name, content=b"", mode=0o644, kind=tarfile.REGTYPE, link=""):
        self.name, self.content, self.mode, self.kind, self.link = name, content, mode, kind, link

    def header(self):
        header = tarfile.TarInfo(self.name)
        header.size, header.mode, header.type, header.linkname = len(self.content), self.mode, self.kind, self.link
        return header


def members(binary):
    return [
        Member("LICENSE", (REPOSITORY / "LICENSE").read_bytes()),
        Member("THIRD_PARTY_LICENSES.txt", b"of no third party\n"),
        Member("completions/", mode=0o755, kind=tarfile.DIRTYPE),
        Member("completions/kubectl_complete-encrypt", b"#!/bin/sh\nexec kubectl encrypt __complete \"$@\"\n", 0o755),
        Member("kubectl-encrypt", binary, 0o755),
    ]


def tar_gz(content):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for member in content:
                archive.addfile(member.header(), io.BytesIO(member.content))
    return buffer.getvalue()


def file_name(version, system, machine):
    return f"kubectl-encrypt_{version}_{system}_{machine}.tar.gz"


def write_release(out, version, archive):
    """The archives of all platforms with that content, and their checksums."""
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for platform in PLATFORMS:
        name = file_name(version, *platform)
        (out / name).write_bytes(archive)
        lines.append(f"{hashlib.sha256(archive).hexdigest()}  {name}\n")
    (out / "checksums.txt").write_text("".join(lines), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Makes archives in the layout of a release out of any one binary.")
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--binary", type=pathlib.Path)
    arguments = parser.parse_args()
    binary = arguments.binary.read_bytes() if arguments.binary else b"a line of text\n"
    write_release(arguments.out, arguments.version, tar_gz(members(binary)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
