#!/usr/bin/env python3
"""Checks that what the documentation refers to is there: files, headings, pictures; and that the README names every page of docs/.

An argument names another folder to check, for trying the script out.
"""

import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAX_PICTURE = 200_000  # bytes: a page has to open at once
OURS = ("*.md", "docs/*.md", "docs/*/*.md", "krew/*.md", "krew/index/*.md", "tests/cluster/*.md")
# Answered by GitHub, beside the repository's files.
ELSEWHERE = ("https://", "../../security/")


def anchors(page):
    """GitHub's names of the headings: lower case, without punctuation, blanks as hyphens."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def link_problem(page, target):
    path, _, anchor = target.partition("#")
    place = page.parent / path if path else page
    if not place.exists():
        return "no such file"
    if anchor and anchor not in anchors(place):
        return "no such heading"
    if place.suffix in (".svg", ".png") and place.stat().st_size > MAX_PICTURE:
        return f"a picture of more than {MAX_PICTURE} bytes"
    return None


def problems(root):
    pages = sorted(page for pattern in OURS for page in root.glob(pattern))
    for page in pages:
        for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
            problem = None if target.startswith(ELSEWHERE) else link_problem(page, target)
            if problem:
                yield f"{page.relative_to(root)}: {target}: {problem}"
    linked = LINK.findall((root / "README.md").read_text(encoding="utf-8"))
    for page in root.glob("docs/*.md"):
        if f"docs/{page.name}" not in linked:
            yield f"README.md does not name docs/{page.name}"
    if len(pages) < 10:
        yield f"only {len(pages)} pages"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    found = list(problems(root))
    print("\n".join(found), end="\n" if found else "")
    print(f"documentation: {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
