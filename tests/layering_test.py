#!/usr/bin/env python3
"""Checks plugin/ against the rules of ARCHITECTURE.md.

Includes go downward only, a third-party header is seen by its adapter files alone (through our own
headers, too), and no file is longer than 500 lines. Prints one line if all is well, else the offending
lines, and exits with 1. An argument names another folder to check, for trying the script out.
"""

import fnmatch
import pathlib
import re
import sys

# A layer may include itself and these.
BELOW = {
    "base": set(),
    "http": {"base"},
    "kube": {"http", "base"},
    "pacing": {"base"},
    "control_plane": {"kube", "http", "base"},
    "rewrite": {"pacing", "control_plane", "kube", "http", "base"},
    "encryption": {"kube", "http", "base"},
    "coverage": {"encryption", "kube", "http", "base"},
    "census": {"coverage", "encryption", "control_plane", "pacing", "kube", "http", "base"},
    "etcd": {"http", "base"},
    "snapshot": {"etcd", "http", "base"},
    "inventory": {"snapshot", "etcd", "coverage", "encryption", "kube", "http", "base"},
    "document": {"base"},
    "manifest": {"document", "base"},
    "config": {"document", "encryption", "kube", "http", "base"},
    "doctor": {"census", "inventory", "snapshot", "etcd", "coverage", "config", "manifest", "document", "encryption", "control_plane", "pacing", "kube", "http", "base"},
    "output": {"base"},
    "cli": {"base"},
    "completion": {"cli", "base"},
    "commands": {"rewrite", "doctor", "census", "inventory", "snapshot", "etcd", "coverage", "config", "manifest", "document", "encryption", "control_plane", "pacing", "kube", "http", "output", "completion", "cli", "base"},
    "app": {"commands", "rewrite", "doctor", "census", "inventory", "snapshot", "etcd", "coverage", "encryption", "control_plane", "pacing", "kube", "http", "output", "completion", "cli", "base"},
}

# The adapter sentence of ARCHITECTURE.md. Headers only where several files of one adapter share one.
ADAPTERS = {
    "curl/": ["http/curl_*"],
    "rapidjson/": ["kube/json_*", "rewrite/json_*", "etcd/json_*",
                   "kube/list_page.cc", "kube/api_status.cc", "output/json.cc"],
    "yaml-cpp/": ["kube/kubeconfig_yaml*", "encryption/config_yaml.cc", "output/yaml.cc"],
    "cxxopts": ["cli/*.cc"],
    "openssl/": ["base/secret.cc", "base/sha256.cc", "base/openssl_*.cc", "encryption/openssl_*.cc"],
    "sodium": ["encryption/sodium_*.cc"],
    "yaml.h": ["document/libyaml_*.cc"],
}

MAX_LINES = 500
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Source:
    def __init__(self, root, path):
        self.name = path.relative_to(root).as_posix()
        self.layer = self.name.split("/")[0]
        self.lines = path.read_text(encoding="utf-8").splitlines()
        matches = ((number, INCLUDE.match(line)) for number, line in enumerate(self.lines, 1))
        self.includes = [(number, m[1], m[2]) for number, m in matches if m]

    def place(self, number):
        return f"plugin/{self.name}:{number}: {self.lines[number - 1].strip()}"


def third_party(name):
    return next((library for library in ADAPTERS if name.startswith(library)), None)


def libraries_of(name, sources, seen):
    """The third-party libraries that including our header `name` brings in."""
    if name in seen or name not in sources:
        return set()
    seen.add(name)
    found = set()
    for _, _, included in sources[name].includes:
        library = third_party(included)
        found |= {library} if library else libraries_of(included, sources, seen)
    return found


def wrong_direction(source, included, sources):
    layer = included.split("/")[0]
    if included not in sources:
        return "no such file in plugin/ (includes are written from there)"
    if layer != source.layer and layer not in BELOW[source.layer]:
        return f"{source.layer} may not include {layer}"
    return None


def outside_adapter(source, libraries):
    for library in sorted(libraries):
        if not any(fnmatch.fnmatchcase(source.name, pattern) for pattern in ADAPTERS[library]):
            return f"{library} is for its adapter only ({', '.join(ADAPTERS[library])})"
    return None


def include_problem(source, bracket, included, sources):
    library = third_party(included)
    if library:
        return outside_adapter(source, {library})
    if bracket == "<":
        return None
    return (wrong_direction(source, included, sources) or
            outside_adapter(source, libraries_of(included, sources, set())))


def problems(source, sources):
    if source.layer not in BELOW:
        yield f"plugin/{source.name}: {source.layer} is no layer"
        return
    if len(source.lines) > MAX_LINES:
        yield f"plugin/{source.name}: {len(source.lines)} lines, at most {MAX_LINES}"
    for number, bracket, included in source.includes:
        problem = include_problem(source, bracket, included, sources)
        if problem:
            yield f"{source.place(number)}  -- {problem}"


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "plugin"
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    paths = sorted(path for path in root.rglob("*") if path.suffix in (".h", ".cc"))
    sources = {source.name: source for source in (Source(root, path) for path in paths)}
    found = [line for source in sources.values() for line in problems(source, sources)]
    print("\n".join(found), end="\n" if found else "")
    includes = sum(len(source.includes) for source in sources.values())
    print(f"layering: {len(sources)} files, {includes} includes, {len(found)} problems")
    return 1 if found or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
