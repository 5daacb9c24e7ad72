#!/usr/bin/env python3
"""Fetches the archives of sources.lock, checks each against its hash, and unpacks them.

    fetch_sources.py ARCHIVES SOURCES

ARCHIVES keeps the archives; one that is there already with the right hash is taken as it is, so that a machine without
a network, or without Debian, works with archives put there by hand. What is missing comes from the Debian mirrors that
apt is configured for, by apt's own downloader. SOURCES gets a folder for each source, by its name in the lock, with the
lock's patch applied; it appears complete or not at all.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import urllib.parse

import lock


class FetchError(Exception):
    pass


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def mirrors():
    """The base addresses of the configured Debian mirrors, the plain archive before the security one."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return []
    return sorted(set(listed), key=lambda address: ("security" in address, address))


def download(source, path):
    """Whether some mirror had the archive."""
    name = urllib.parse.quote(source["file"], safe="+~")
    partial = path.with_name(path.name + ".part")
    for mirror in mirrors():
        address = f"{mirror}pool/{source['pool']}/{name}"
        command = ["/usr/lib/apt/apt-helper", "-o", "APT::Sandbox::User=", "-o", "Acquire::Retries=3",
                   "download-file", address, str(partial), "SHA256:" + source["sha256"]]
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            partial.rename(path)
            return True
        partial.unlink(missing_ok=True)
    return False


def fetch(source, archives):
    path = archives / source["file"]
    if not path.exists() and not download(source, path):
        raise FetchError(f"{source['file']}: no configured Debian mirror has it with the hash of sources.lock. Put the "
                         f"archive into {archives} (its hash is checked), or move the lock to a newer version.")
    if digest(path) != source["sha256"]:
        raise FetchError(f"{path} is not the archive of sources.lock: its sha256 is {digest(path)}. Remove it.")
    return path


def unpack(source, archive, folder):
    subprocess.run(["tar", "xf", archive, "-C", folder, "--no-same-owner"], check=True)
    (folder / source["folder"]).rename(folder / source["name"])
    if "patch" in source:
        with open(lock.FOLDER / source["patch"], "rb") as patch:
            subprocess.run(["patch", "-s", "-p1", "-d", folder / source["name"]], stdin=patch, check=True)


def main():
    archives, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    if target.exists():
        return 0
    archives.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        for source in lock.sources():
            unpack(source, fetch(source, archives), fresh)
    except FetchError as error:
        print(f"fetch_sources.py: {error}", file=sys.stderr)
        return 1
    fresh.rename(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
