"""Reads sources.lock."""

import pathlib
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parent


def read():
    with open(FOLDER / "sources.lock", "rb") as file:
        return tomllib.load(file)


def sources():
    return read()["source"]


def bundled(system=None):
    """What the toolchain links in, for one system ("linux", "darwin") or for all."""
    return [part for part in read()["bundled"] if system is None or system in part["systems"]]
