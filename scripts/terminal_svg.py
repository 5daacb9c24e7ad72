#!/usr/bin/env python3
"""Draws a terminal's screen as SVG: `tmux capture-pane -e -p | terminal_svg.py TITLE >FILE.svg`

Reads lines with the escape sequences that tmux writes (SGR: bold, dim, colours of 16 and of 256), in which nothing moves any
more. Empty lines at the end are left out.
"""

import re
import sys
from xml.sax.saxutils import escape

CELL, LINE, SIZE = 8.4, 19, 14  # pixels: a column, a row, the font
MARGIN, BAR = 16, 34
FOREGROUND, BACKGROUND, FRAME = "#d8dee9", "#1e222a", "#2b303b"
COLOURS = ["#4c566a", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9",
           "#6b7689", "#ff7a85", "#b1e08c", "#ffd68a", "#7cc4ff", "#dd8ff5", "#6fd3e0", "#ffffff"]
SGR = re.compile(r"\x1b\[([0-9;]*)m")
OTHER = re.compile(r"\x1b(\([A-Z0-9]|\[[0-9;?]*[A-Za-ln-z]|[=>])|\x0e|\x0f")


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.bold, self.dim, self.colour = False, False, FOREGROUND

    def take(self, codes):
        codes = [int(code or 0) for code in codes.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.reset()
            elif code == 38 and codes[:1] == [5]:
                self.colour = palette(codes[1])
                del codes[:2]
            elif code in (1, 2, 22):
                self.bold, self.dim = code == 1, code == 2
            elif code == 39:
                self.colour = FOREGROUND
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.colour = COLOURS[code - 30 if code < 90 else code - 82]

    def attributes(self):
        weight = ' font-weight="bold"' if self.bold else ""
        faint = ' opacity="0.6"' if self.dim else ""
        return f'fill="{self.colour}"{weight}{faint}'


def palette(number):
    if number < 16:
        return COLOURS[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    steps = [0, 95, 135, 175, 215, 255]
    number -= 16
    return "#" + "".join(f"{steps[part]:02x}" for part in (number // 36, number // 6 % 6, number % 6))


def runs(line, style):
    """(column, text, attributes) of each piece of one look; blanks at both ends of a piece are only space."""
    column = 0
    for index, piece in enumerate(SGR.split(OTHER.sub("", line))):
        if index % 2:
            style.take(piece)
            continue
        if piece.strip():
            yield column + len(piece) - len(piece.lstrip()), piece.strip(), style.attributes()
        column += len(piece)


def draw(lines, title):
    width = max([len(SGR.sub("", OTHER.sub("", line)).rstrip()) for line in lines] + [60]) * CELL + 2 * MARGIN
    height = BAR + len(lines) * LINE + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
           f'viewBox="0 0 {width:.0f} {height}" role="img" aria-label="{escape(title)}">')
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>'
    yield f'<path d="M0 {BAR}V8a8 8 0 0 1 8-8h{width - 16:.0f}a8 8 0 0 1 8 8v{BAR - 8}z" fill="{FRAME}"/>'
    for index, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        yield f'<circle cx="{20 + 20 * index}" cy="{BAR / 2:.0f}" r="6" fill="{colour}"/>'
    yield (f'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{SIZE}" xml:space="preserve">'
           f'<text x="{width / 2:.0f}" y="{BAR / 2 + 5:.0f}" fill="#8f98a8" text-anchor="middle">{escape(title)}</text>')
    style = Style()
    for row, line in enumerate(lines):
        y = BAR + MARGIN + row * LINE + SIZE
        for column, text, attributes in runs(line, style):
            yield (f'<text x="{MARGIN + column * CELL:.1f}" y="{y}" textLength="{len(text) * CELL:.1f}" {attributes}>'
                   f'{escape(text)}</text>')
    yield "</g></svg>"


def main():
    lines = sys.stdin.read().rstrip().split("\n")
    print("\n".join(draw(lines, sys.argv[1])))


if __name__ == "__main__":
    main()
