#!/usr/bin/env python3
"""One release that breaks each rule, and one that breaks none.

    fixtures.py DIR URL     writes DIR/CASE/{NAME.yaml, dist/} for each case, and DIR/cases.json

The manifests say that DIR is at that URL, where krew would fetch the archives.

Every fixture is the good release with one thing changed, so that nothing but that can be what is refused. In cases.json
`refused_by` says when validate-krew-manifest refuses it as well: for its "structure", or when it has krew "install" it and
looks at what came out; "" where the rule is our own.
"""

import copy
import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import yaml

import stand_in

SCRIPT = stand_in.REPOSITORY / "scripts" / "krew_manifest.py"
VERSION = "v1.2.3"
NAME = "encrypt-at-rest"
BASE_URL = "https://example.invalid"


class Release:
    """A manifest as a document, the file it will be in, and the content of the archives."""

    def __init__(self, document):
        self.document = copy.deepcopy(document)
        self.file_name = f"{NAME}.yaml"
        self.members = stand_in.members(b"#!/bin/sh\necho a stand-in\n")
        self.archive = None  # made of the members, unless it is something else
        self.checksum = None  # of the archive, unless it is something else
        self.stored = True

    @property
    def spec(self):
        return self.document["spec"]

    @property
    def platform(self):
        return self.spec["platforms"][0]

    def member(self, name):
        return next(one for one in self.members if one.name == name)

    def remove(self, name):
        self.members.remove(self.member(name))

    def write(self, folder, url=BASE_URL):
        dist = folder / "dist"
        archive = self.archive or stand_in.tar_gz(self.members)
        stand_in.write_release(dist, VERSION, archive)
        if not self.stored:
            (dist / stand_in.file_name(VERSION, *stand_in.PLATFORMS[0])).unlink()
        self.enter(self.checksum or hashlib.sha256(archive).hexdigest(), f"{url}/{folder.name}/dist")
        (folder / self.file_name).write_text(yaml.safe_dump(self.document, sort_keys=False), encoding="utf-8")

    def enter(self, checksum, url):
        """Replaces what the good release says of its archives."""
        for platform in self.spec.get("platforms") or []:
            if platform.get("sha256") == good_checksum():
                platform["sha256"] = checksum
            if platform.get("uri"):
                platform["uri"] = platform["uri"].replace(BASE_URL, url, 1)


def good_document():
    with tempfile.TemporaryDirectory() as folder:
        Release({"spec": {}}).write(pathlib.Path(folder))
        rendered = subprocess.run(
            [sys.executable, SCRIPT, "--dist", f"{folder}/dist", "--version", VERSION, "--name", NAME, "--repository",
             "owner/kubectl-encrypt", "--base-url", BASE_URL], check=True, stdout=subprocess.PIPE, text=True).stdout
    return yaml.safe_load(rendered)


def good_checksum():
    return hashlib.sha256(stand_in.tar_gz(stand_in.members(b"#!/bin/sh\necho a stand-in\n"))).hexdigest()


CASES = {}


def case(rule, refused_by):
    """Registers a function that breaks a release; its name says how."""
    def register(function):
        CASES[f"{rule}-{function.__name__.replace('_', '-')}"] = (rule, refused_by, function)
        return function
    return register


@case("V1", "structure")
def other_version_of_the_format(release):
    release.document["apiVersion"] = "krew.googlecontainertools.github.com/v1alpha1"


@case("V1", "structure")
def other_kind(release):
    release.document["kind"] = "Plugins"


@case("V2", "structure")
def name_with_a_dot(release):
    release.document["metadata"]["name"] = "encrypt.rest"
    release.file_name = "encrypt.rest.yaml"


@case("V2", "structure")
def name_of_a_device(release):
    release.document["metadata"]["name"] = "Com1"
    release.file_name = "Com1.yaml"


@case("V3", "structure")
def file_of_another_name(release):
    release.file_name = "encrypt.yaml"


@case("V3", "structure")
def file_that_is_yml(release):
    release.file_name = f"{NAME}.yml"


@case("V4", "structure")
def no_short_description(release):
    del release.spec["shortDescription"]


@case("V4", "structure")
def short_description_of_two_lines(release):
    release.spec["shortDescription"] = "Audit and refresh\nencryption at rest"


@case("V5", "structure")
def version_without_v(release):
    release.spec["version"] = "1.2.3"


@case("V5", "structure")
def version_of_two_numbers(release):
    release.spec["version"] = "v1.2"


@case("V5", "structure")
def version_with_a_leading_zero(release):
    release.spec["version"] = "v1.02.3"


@case("V6", "structure")
def no_platforms(release):
    release.spec["platforms"] = []


@case("V6", "structure")
def no_uri(release):
    release.platform["uri"] = ""


@case("V6", "structure")
def no_sha256(release):
    del release.platform["sha256"]


@case("V6", "structure")
def no_bin(release):
    del release.platform["bin"]


@case("V7", "structure")
def sha256_in_upper_case(release):
    release.platform["sha256"] = "ABCDEF0123456789" * 4


@case("V7", "structure")
def sha256_that_is_short(release):
    release.platform["sha256"] = "0123456789abcdef"


@case("V8", "structure")
def files_without_entries(release):
    release.platform["files"] = []


@case("V8", "structure")
def files_without_to(release):
    release.platform["files"] = [{"from": "*"}]


@case("V9", "structure")
def no_selector(release):
    del release.platform["selector"]


@case("V9", "structure")
def selector_without_labels(release):
    release.platform["selector"] = {"matchLabels": {}}


@case("V9", "structure")
def selector_by_another_key(release):
    release.platform["selector"]["matchLabels"]["libc"] = "musl"


@case("V10", "structure")
def platform_that_krew_has_not(release):
    release.spec["platforms"].append(copy.deepcopy(release.platform))
    release.spec["platforms"][-1]["selector"] = {"matchLabels": {"os": "linux", "arch": "riscv64"}}


@case("V11", "structure")
def two_for_one_platform(release):
    release.spec["platforms"].append(copy.deepcopy(release.platform))
    release.spec["platforms"][-1]["selector"] = {"matchExpressions": [
        {"key": "os", "operator": "In", "values": ["linux"]}, {"key": "arch", "operator": "NotIn", "values": ["arm64"]}]}


@case("V12", "install")
def archive_that_is_missing(release):
    release.stored = False


@case("V13", "install")
def no_license(release):
    release.remove("LICENSE")


@case("V13", "install")
def license_not_installed(release):
    for platform in release.spec["platforms"]:
        platform["files"] = [{"from": "kubectl-encrypt", "to": "."}]


@case("A1", "install")
def plain_tar(release):
    release.archive = bytes(512) + b"no archive"


@case("A1", "install")
def gzip_without_tar(release):
    release.archive = stand_in.tar_gz(release.members)[:200]


@case("A2", "install")
def name_that_goes_up(release):
    release.members.append(stand_in.Member("docs/../LICENSE.txt"))


@case("A2", "install")
def absolute_name(release):
    release.members.append(stand_in.Member("/LICENSE.txt"))


@case("A3", "install")
def symbolic_link(release):
    release.members.append(stand_in.Member("kubectl_complete-encrypt", kind=tarfile.SYMTYPE, link="kubectl-encrypt"))


@case("A3", "install")
def hard_link(release):
    release.members.append(stand_in.Member("kubectl_complete-encrypt", kind=tarfile.LNKTYPE, link="kubectl-encrypt"))


@case("A4", "")
def binary_that_nobody_may_run(release):
    release.member("kubectl-encrypt").mode = 0o644


@case("A5", "install")
def target_that_is_not_clean(release):
    for platform in release.spec["platforms"]:
        platform["files"] = [{"from": "*", "to": "./"}]


@case("A6", "install")
def pattern_that_names_nothing(release):
    for platform in release.spec["platforms"]:
        platform["files"] = [{"from": "*", "to": "."}, {"from": "man/*", "to": "."}]


@case("A7", "install")
def binary_elsewhere(release):
    release.member("kubectl-encrypt").name = "bin/kubectl-encrypt"


@case("A8", "install")
def other_checksum(release):
    release.checksum = "0123456789abcdef" * 4


@case("A9", "")
def another_plugin_in_the_archive(release):
    release.members.append(stand_in.Member("completions/kubectl-encrypt-status", b"#!/bin/sh\n", 0o755))


@case("N1", "")
def long_short_description(release):
    release.spec["shortDescription"] = "Audit and refresh the encryption at rest of all Secrets"


@case("N1", "")
def short_description_with_a_period(release):
    release.spec["shortDescription"] += "."


@case("N1", "")
def short_description_of_a_plugin(release):
    release.spec["shortDescription"] = "Plugin for encryption at rest"


@case("N2", "")
def description_that_is_wide(release):
    release.spec["description"] += "x" * 81 + "\n"


@case("N2", "")
def description_with_usage(release):
    release.spec["description"] += "kubectl encrypt status\n"


@case("N3", "")
def no_homepage(release):
    del release.spec["homepage"]


@case("N4", "")
def misspelt_field(release):
    release.spec["caveat"] = "nobody would see this"


@case("N4", "")
def misspelt_field_of_a_platform(release):
    release.platform["binary"] = "kubectl-encrypt"


@case("N5", "")
def caveats_without_rights(release):
    release.spec["caveats"] = "None."


@case("N6", "")
def platform_left_out(release):
    release.spec["platforms"].pop()


def broken(name, document):
    release = Release(document)
    CASES[name][2](release)
    return release


def write_all(folder, url):
    document = good_document()
    table = [{"case": "good", "rule": "", "refused_by": "", "manifest": f"{NAME}.yaml"}]
    (folder / "good").mkdir(parents=True)
    Release(document).write(folder / "good", url)
    for name, (rule, refused_by, _) in CASES.items():
        release = broken(name, document)
        (folder / name).mkdir()
        release.write(folder / name, url)
        table.append({"case": name, "rule": rule, "refused_by": refused_by, "manifest": release.file_name})
    (folder / "cases.json").write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    write_all(pathlib.Path(sys.argv[1]), sys.argv[2])
