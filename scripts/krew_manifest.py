#!/usr/bin/env python3
"""Renders krew's manifest from krew/plugin.yaml.tmpl for archives that are at hand.

    krew_manifest.py --dist build/dist --version v1.2.3 --repository OWNER/REPO --name encrypt --out encrypt.yaml

krew-release-bot renders the same template once the archives are published, by downloading them; this does it before,
for a custom index, and for the tests. The template is Go's text/template; of that language just what the template
uses is understood here, and anything else is an error: comments, {{ .Field }}, string literals, parentheses, and the
functions `or`, `printf` (with %s) and `addURIAndSha`. A test renders the template by Go as well and compares.

Every archive must be in DIR with the checksum that DIR/checksums.txt has for it (as sha256sum prints it).
"""

import argparse
import hashlib
import os
import pathlib
import re
import sys

TEMPLATE = pathlib.Path(__file__).resolve().parent.parent / "krew" / "plugin.yaml.tmpl"
COMMENT = re.compile(r"\s*{{- /\*.*?\*/ -}}\s*", re.DOTALL)
ACTION = re.compile(r"{{(.*?)}}")
TOKEN = re.compile(r'\s*(?:(?P<string>"[^"\\]*")|\.(?P<field>[A-Za-z]+)|(?P<function>[A-Za-z]+)|(?P<paren>[()]))')


class ManifestError(Exception):
    pass


class Expression:
    """One action of the template: FUNCTION VALUE..., where a VALUE in parentheses is an action again."""

    def __init__(self, text, fields, functions):
        self.text, self.fields, self.functions = text, fields, functions
        self.tokens = self.split(text)

    def split(self, text):
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            match = TOKEN.match(text, at)
            if not match:
                raise ManifestError(f"the template has what this script does not understand: {{{{{text}}}}}")
            tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        return tokens

    def value(self):
        result = self.call()
        if self.tokens:
            raise ManifestError(f"unbalanced parentheses in the template: {{{{{self.text}}}}}")
        return result

    def call(self):
        function, arguments = None, []
        while self.tokens and self.tokens[0] != ("paren", ")"):
            kind, word = self.tokens.pop(0)
            if kind == "function" and function is None and not arguments:
                function = self.functions.get(word)
                if function is None:
                    raise ManifestError(f"the template calls {word}, which this script does not know")
            else:
                arguments.append(self.argument(kind, word))
        if function:
            return function(*arguments)
        if len(arguments) != 1:
            raise ManifestError(f"one value is expected in the template: {{{{{self.text}}}}}")
        return arguments[0]

    def argument(self, kind, word):
        if kind == "string":
            return word[1:-1]
        if kind == "field" and word in self.fields:
            return self.fields[word]
        if (kind, word) == ("paren", "("):
            result = self.call()
            if self.tokens[:1] != [("paren", ")")]:
                raise ManifestError(f"unbalanced parentheses in the template: {{{{{self.text}}}}}")
            self.tokens.pop(0)
            return result
        raise ManifestError(f"the template has no meaning for {word} in {{{{{self.text}}}}}")


class Archives:
    """The folder of a release: its archives, and what checksums.txt says of them."""

    def __init__(self, folder, base_url):
        self.folder, self.base_url = pathlib.Path(folder), base_url
        self.checksums = self.read_checksums(self.folder / "checksums.txt")

    @staticmethod
    def read_checksums(path):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise ManifestError(f"{path}: {error.strerror}; make the archives first") from error
        words = (line.split(maxsplit=1) for line in lines if line.strip())
        return {name.lstrip("*"): checksum for checksum, name in words}

    def uri_and_sha(self, url, _tag):
        """What the bot's function of this name gives, indentation of the second line included."""
        name = url.rsplit("/", 1)[-1]
        uri = f"{self.base_url}/{name}" if self.base_url else url
        return f"uri: {uri}\n    sha256: {self.checksum(name)}"

    def checksum(self, name):
        if name not in self.checksums:
            raise ManifestError(f"{self.folder}/checksums.txt does not list {name}")
        try:
            actual = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise ManifestError(f"{self.folder / name}: {error.strerror}") from error
        if actual != self.checksums[name]:
            raise ManifestError(f"{self.folder / name} is not what checksums.txt lists: its SHA-256 is {actual}")
        return actual


def render(template, fields, archives):
    functions = {
        "or": lambda first, second: first or second,
        "printf": lambda text, *values: text % values,
        "addURIAndSha": archives.uri_and_sha,
    }
    without_comments = COMMENT.sub("", template)
    return ACTION.sub(lambda match: Expression(match[1], fields, functions).value(), without_comments)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Renders krew's manifest for archives that are at hand.")
    parser.add_argument("--dist", required=True, help="folder of the archives and checksums.txt")
    parser.add_argument("--version", required=True, help="the tag, vX.Y.Z")
    parser.add_argument("--repository", default=os.environ.get("GITHUB_REPOSITORY", ""),
                        help="OWNER/REPO at GitHub; GITHUB_REPOSITORY by default")
    parser.add_argument("--base-url", help="where the archives will be, instead of the release's page of the repository")
    parser.add_argument("--name", default="", help="name of the plugin; encrypt-at-rest by default")
    parser.add_argument("--out", help="file to write, whose name krew wants to be NAME.yaml; standard output by default")
    return parser.parse_args()


def manifest(arguments):
    owner, slash, repo = arguments.repository.partition("/")
    if not (owner and slash and repo) or "/" in repo:
        raise ManifestError("--repository OWNER/REPO says where the project is published")
    if not re.fullmatch(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", arguments.version):
        raise ManifestError(f"{arguments.version} is no version; krew wants vX.Y.Z")
    fields = {"TagName": arguments.version, "PluginName": arguments.name, "PluginOwner": owner, "PluginRepo": repo}
    base_url = arguments.base_url.rstrip("/") if arguments.base_url else None
    return render(TEMPLATE.read_text(encoding="utf-8"), fields, Archives(arguments.dist, base_url))


def main():
    arguments = parse_arguments()
    try:
        text = manifest(arguments)
    except ManifestError as error:
        print(f"krew_manifest.py: {error}", file=sys.stderr)
        return 1
    if arguments.out:
        pathlib.Path(arguments.out).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
