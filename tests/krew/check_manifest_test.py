#!/usr/bin/env python3
"""Tests check_manifest.py: `check_manifest_test.py RULE` that each fixture of the rule is refused by this rule and no
other, `check_manifest_test.py good` that the good release passes, `check_manifest_test.py rules RULE...` that these are
all rules and that none is without a fixture, and `check_manifest_test.py template` that the renderer takes nothing it does not understand."""

import pathlib
import re
import subprocess
import sys
import tempfile

import fixtures
import stand_in

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(stand_in.REPOSITORY / "scripts"))

import krew_manifest  # noqa: E402  (needs the path above)


def check(folder, file_name):
    command = [sys.executable, HERE / "check_manifest.py", folder / file_name, "--dist", folder / "dist"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def check_release(release):
    with tempfile.TemporaryDirectory() as folder:
        release.write(pathlib.Path(folder))
        return check(pathlib.Path(folder), release.file_name)


def test_good():
    code, output = check_release(fixtures.Release(fixtures.good_document()))
    assert code == 0 and "0 problems" in output, output


# A selector that selects by nothing selects nothing.
IMPLIED = {"V9": {"V10", "N6"}}


def test_rule(rule):
    document = fixtures.good_document()
    names = [name for name, (of_rule, _, _) in fixtures.CASES.items() if of_rule == rule]
    assert names, f"no fixture breaks {rule}"
    for name in names:
        code, output = check_release(fixtures.broken(name, document))
        found = set(re.findall(r"^([VAN]\d+) ", output, re.MULTILINE))
        assert code == 1 and rule in found, f"{name}: exit {code}\n{output}"
        assert found <= {rule} | IMPLIED.get(rule, set()), f"{name} breaks more than {rule}:\n{output}"


def test_rules(listed):
    source = (HERE / "manifest_rules.py").read_text() + (HERE / "archive_rules.py").read_text() + \
        (HERE / "check_manifest.py").read_text()
    rules = set(re.findall(r'"([VAN]\d+)"', source))
    tested = {rule for rule, _, _ in fixtures.CASES.values()}
    assert rules == tested, f"without a fixture: {rules - tested}; without a rule: {tested - rules}"
    assert rules == set(listed), f"not run: {rules - set(listed)}; no rule: {set(listed) - rules}"


def test_template():
    archives = krew_manifest.Archives
    fields = {"TagName": "v1.2.3", "PluginName": ""}
    assert krew_manifest.render('{{- /* a\nb */ -}}\n{{ or .PluginName "x" }}: {{ .TagName }}', fields, archives) == "x: v1.2.3"
    for wrong in ("{{ .Unknown }}", "{{ if .TagName }}", "{{ print .TagName }}", '{{ or (.TagName "x" }}', "{{ .TagName ) }}",
                  "{{ .TagName .TagName }}", "{{ range $x := .TagName }}"):
        try:
            rendered = krew_manifest.render(wrong, fields, archives)
        except krew_manifest.ManifestError:
            continue
        raise AssertionError(f"{wrong} was rendered as {rendered!r}")


def main():
    what = sys.argv[1]
    named = {"good": test_good, "rules": lambda: test_rules(sys.argv[2:]), "template": test_template}
    if what in named:
        named[what]()
    else:
        test_rule(what)


if __name__ == "__main__":
    main()
