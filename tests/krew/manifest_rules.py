"""What krew and krew-index want of a manifest: each check yields (rule, where, what is wrong).

V1 to V11 are those of krew's internal/index/validation and cmd/validate-krew-manifest. krew decodes a manifest without
looking at what it does not know, so that a misspelt field is silently nothing: N4 is our own, as are N1 to N6, which
follow what the reviewers of krew-index ask for (krew.sigs.k8s.io, developer guide; the bot's tips on new pull requests).
"""

import re

API_VERSION = "krew.googlecontainertools.github.com/v1alpha2"
WINDOWS_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
# Semantic versioning 2.0.0 with a v in front.
NUMBER = r"(0|[1-9]\d*)"
IDENTIFIER = r"(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
VERSION = re.compile(rf"v{NUMBER}\.{NUMBER}\.{NUMBER}(-{IDENTIFIER}(\.{IDENTIFIER})*)?(\+[0-9A-Za-z.-]+)?")
SUPPORTED = [(system, machine)
             for system, machines in (("windows", "386 amd64 arm64"), ("linux", "386 amd64 arm arm64 ppc64le"),
                                      ("darwin", "386 amd64 arm64"))
             for machine in machines.split()]
EXPECTED = [(system, machine) for system in ("linux", "darwin") for machine in ("amd64", "arm64")]
MAX_SHORT_DESCRIPTION = 50
MAX_COLUMNS = 80
FIELDS = {
    "": {"apiVersion", "kind", "metadata", "spec"},
    "metadata": {"name"},
    "spec": {"version", "homepage", "shortDescription", "description", "caveats", "platforms"},
    "platform": {"uri", "sha256", "selector", "files", "bin"},
    "selector": {"matchLabels", "matchExpressions"},
    "file": {"from", "to"},
    "expression": {"key", "operator", "values"},
}


def mapping(value):
    return value if isinstance(value, dict) else {}


def sequence(value):
    return value if isinstance(value, list) else []


def text(value):
    """The value of a field of text; "" where it is anything else, which krew would not decode."""
    return value if isinstance(value, str) else ""


class Manifest:
    def __init__(self, document, file_name):
        self.document = mapping(document)
        self.file_name = file_name
        self.spec = mapping(self.document.get("spec"))
        self.platforms = [mapping(one) for one in sequence(self.spec.get("platforms"))]

    def name(self):
        return text(mapping(self.document.get("metadata")).get("name"))

    def problems(self):
        yield from self.header()
        yield from self.texts()
        for index, platform in enumerate(self.platforms):
            for rule, what in platform_problems(platform):
                yield rule, f"spec.platforms[{index}]", what
        yield from self.coverage()
        yield from self.wishes()
        yield from unknown_fields(self.document)

    def header(self):
        if self.document.get("apiVersion") != API_VERSION:
            yield "V1", "apiVersion", f"has to be {API_VERSION}"
        if self.document.get("kind") != "Plugin":
            yield "V1", "kind", "has to be Plugin"
        name = self.name()
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name) or name.lower() in WINDOWS_DEVICES:
            yield "V2", "metadata.name", f"{name!r} is not allowed"
        base, dot, extension = self.file_name.rpartition(".")
        if dot + extension != ".yaml" or name != base:
            yield "V3", "metadata.name", f"{name!r} has to be in {name}.yaml, not {self.file_name}"

    def texts(self):
        short = text(self.spec.get("shortDescription"))
        if not short or "\n" in short or "\r" in short:
            yield "V4", "spec.shortDescription", "has to be one line"
        if not VERSION.fullmatch(text(self.spec.get("version"))):
            yield "V5", "spec.version", "has to be vX.Y.Z"
        if not self.platforms:
            yield "V6", "spec.platforms", "there has to be one at least"

    def coverage(self):
        selected = [[pair for pair in SUPPORTED if selects(one.get("selector"), pair)] for one in self.platforms]
        for index, pairs in enumerate(selected):
            if not pairs:
                yield "V10", f"spec.platforms[{index}]", "selects no platform that krew runs on"
        for pair in SUPPORTED:
            by = [index for index, pairs in enumerate(selected) if pair in pairs]
            if len(by) > 1:
                yield "V11", "spec.platforms", f"{'/'.join(pair)} is selected by several: {by}"
            if not by and pair in EXPECTED and self.platforms:
                yield "N6", "spec.platforms", f"{'/'.join(pair)} is not offered"

    def wishes(self):
        short = text(self.spec.get("shortDescription"))
        if len(short) > MAX_SHORT_DESCRIPTION or short.endswith(".") or re.search("kubectl|plugin", short, re.I):
            yield "N1", "spec.shortDescription", \
                f"at most {MAX_SHORT_DESCRIPTION} characters, without a period, \"kubectl\" or \"plugin\""
        description = text(self.spec.get("description"))
        if not description or "kubectl " in description or \
                any(len(line) > MAX_COLUMNS for line in description.splitlines()):
            yield "N2", "spec.description", f"has to be there, in {MAX_COLUMNS} columns, without examples of use"
        if not text(self.spec.get("homepage")).startswith("https://"):
            yield "N3", "spec.homepage", "has to be there"
        if "update" not in text(self.spec.get("caveats")):
            yield "N5", "spec.caveats", "have to say which rights are needed, and that there are updates"


def platform_problems(platform):
    for field in ("uri", "sha256", "bin"):
        if not text(platform.get(field)):
            yield "V6", f"{field} has to be set"
    checksum = text(platform.get("sha256"))
    if checksum and not re.fullmatch("[a-f0-9]{64}", checksum):
        yield "V7", "sha256 has to be 64 hexadecimal digits in lower case"
    yield from file_problems(platform.get("files"))
    yield from selector_problems(platform.get("selector"))


def file_problems(files):
    if files is None:
        return
    if not sequence(files):
        yield "V8", "files has to have entries, or not to be there"
    for one in sequence(files):
        if not text(mapping(one).get("from")) or not text(mapping(one).get("to")):
            yield "V8", "files has an entry without from or to"


def selector_problems(selector):
    labels, expressions = mapping(selector).get("matchLabels"), mapping(selector).get("matchExpressions")
    if labels is None and not expressions:
        yield "V9", "has no selector"
    if labels == {} or expressions == []:
        yield "V9", "selector has an empty matchLabels or matchExpressions"
    keys = [*mapping(labels), *(mapping(one).get("key") for one in sequence(expressions))]
    if any(key not in ("os", "arch") for key in keys):
        yield "V9", "selector may use os and arch alone"


def selects(selector, pair):
    values = dict(zip(("os", "arch"), pair))
    labels, expressions = mapping(mapping(selector).get("matchLabels")), sequence(mapping(selector).get("matchExpressions"))
    if not labels and not expressions:
        return False
    return (all(values.get(key) == value for key, value in labels.items()) and
            all(expression_holds(mapping(one), values) for one in expressions))


def expression_holds(expression, values):
    actual, wanted = values.get(expression.get("key")), sequence(expression.get("values"))
    operator = expression.get("operator")
    if operator in ("In", "NotIn"):
        return bool(wanted) and (actual in wanted) == (operator == "In")
    return operator in ("Exists", "DoesNotExist") and not wanted and (actual is not None) == (operator == "Exists")


def unknown_fields(document):
    places = [("", "", document), ("metadata", "metadata", document.get("metadata")), ("spec", "spec", document.get("spec"))]
    for index, platform in enumerate(sequence(mapping(document.get("spec")).get("platforms"))):
        where = f"spec.platforms[{index}]"
        selector = mapping(platform).get("selector")
        places += [("platform", where, platform), ("selector", f"{where}.selector", selector)]
        places += [("file", f"{where}.files", one) for one in sequence(mapping(platform).get("files"))]
        places += [("expression", f"{where}.selector.matchExpressions", one)
                   for one in sequence(mapping(selector).get("matchExpressions"))]
    for kind, where, value in places:
        for field in sorted(set(map(str, mapping(value))) - FIELDS[kind]):
            yield "N4", f"{where}.{field}".lstrip("."), "is no field that krew knows"
