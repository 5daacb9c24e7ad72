#!/usr/bin/env python3
"""Prints the software bill of materials of a release, CycloneDX 1.6 as JSON, from sources.lock and requirements.txt.

    sbom.py VERSION ARCHIVE...

It lists what is linked into the binaries, which no scanner sees in a static binary, and the archives by their hashes.
The same input gives the same bytes: its time is SOURCE_DATE_EPOCH, its serial number follows from the archives.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import sys
import uuid

import lock

SUPPLIER = {"rapidjson": "tencent", "cxxopts": "jarro2783", "fmt": "fmtlib", "yaml-cpp": "jbeder", "libyaml": "yaml",
            "nghttp2": "nghttp2", "libsodium": "jedisct1", "curl": "curl", "openssl": "openssl", "zlib": "madler"}
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562, for URLs


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def licence(expression):
    return [{"expression": expression}] if " " in expression else [{"license": {"id": expression}}]


def source_component(source):
    name, version = source["name"], source["version"]
    component = {
        "type": "library",
        "bom-ref": f"{name}@{version}",
        "name": name,
        "version": version,
        "licenses": licence(source["licence"]),
        "cpe": f"cpe:2.3:a:{CPE[name]}:{version}:*:*:*:*:*:*:*" if name in CPE else None,
        "purl": f"pkg:github/{SUPPLIER[name]}/{name}@{version}",
        "externalReferences": [{"type": "source-distribution", "url": source["file"],
                                "hashes": [{"alg": "SHA-256", "content": source["sha256"]}]}],
        "pedigree": pedigree(source),
    }
    return {key: value for key, value in component.items() if value is not None}


# Those that vulnerability databases know by CPE.
CPE = {"curl": "haxx:curl", "openssl": "openssl:openssl", "nghttp2": "nghttp2:nghttp2", "zlib": "zlib:zlib",
       "libsodium": "libsodium:libsodium", "yaml-cpp": "yaml-cpp_project:yaml-cpp", "libyaml": "pyyaml:libyaml",
       "rapidjson": "tencent:rapidjson", "musl": "musl-libc:musl"}


def pedigree(source):
    if "patch" not in source:
        return None
    text = (lock.FOLDER / source["patch"]).read_text(encoding="utf-8")
    return {"patches": [{"type": "unofficial", "diff": {"text": {"content": text}}}], "notes": text.splitlines()[0]}


def bundled_component(part):
    name, version = part["name"], part["version"]
    component = {"type": "library", "bom-ref": f"{name}@{version}", "name": name, "version": version,
                 "licenses": licence(part["licence"]),
                 "properties": [{"name": "kubectl-encrypt:bundled-with", "value": toolchain()},
                                {"name": "kubectl-encrypt:systems", "value": ",".join(part["systems"])}]}
    if name in CPE:
        component["cpe"] = f"cpe:2.3:a:{CPE[name]}:{version}:*:*:*:*:*:*:*"
    return component


def toolchain():
    pinned = re.search(r"^ziglang==(\S+)", (lock.FOLDER / "requirements.txt").read_text(), re.MULTILINE)
    return f"ziglang {pinned[1]}"


def toolchain_component():
    text = (lock.FOLDER / "requirements.txt").read_text()
    name, version = toolchain().split()
    return {"type": "application", "bom-ref": f"{name}@{version}", "name": name, "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "externalReferences": [{"type": "distribution", "url": f"pkg:pypi/{name}@{version}",
                                    "hashes": [{"alg": "SHA-256", "content": content}
                                               for content in re.findall(r"sha256:([0-9a-f]{64})", text)]}]}


def archive_component(path):
    return {"type": "file", "bom-ref": path.name, "name": path.name,
            "hashes": [{"alg": "SHA-256", "content": digest(path)}]}


def document(version, archives):
    plugin = {"type": "application", "bom-ref": f"kubectl-encrypt@{version}", "name": "kubectl-encrypt",
              "version": version, "licenses": licence("Apache-2.0"),
              "components": [archive_component(path) for path in archives]}
    inside = [source_component(source) for source in lock.sources()] + [bundled_component(p) for p in lock.bundled()]
    inside.sort(key=lambda component: component["bom-ref"])
    seed = " ".join(digest(path) for path in archives)
    when = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, seed)}",
        "version": 1,
        "metadata": {"timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": plugin,
                     "tools": {"components": [toolchain_component()]}},
        "components": inside,
        "dependencies": [{"ref": plugin["bom-ref"], "dependsOn": [component["bom-ref"] for component in inside]},
                         {"ref": f"curl@{version_of('curl')}", "dependsOn": [
                             f"{name}@{version_of(name)}" for name in ("nghttp2", "openssl", "zlib")]}],
    }


def version_of(name):
    return next(source["version"] for source in lock.sources() if source["name"] == name)


def main():
    archives = [pathlib.Path(argument) for argument in sys.argv[2:]]
    json.dump(document(sys.argv[1], archives), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
