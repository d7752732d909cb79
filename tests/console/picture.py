# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cells of a terminal as a picture, for those who read it with a camera."""

import subprocess
import tempfile

WIDTH, HEIGHT = 8, 16  # of a cell
LIGHT, DARK = 170, 0
HALVES = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1)}


def _shades(cell, white):
    """What a cell's text and its ground look like on a terminal that is dark, or white."""
    default = (DARK, LIGHT) if white else (LIGHT, DARK)
    known = {"white": LIGHT, "black": DARK}
    shades = (known.get(cell.fg, default[0]), known.get(cell.bg, default[1]))
    return shades[::-1] if cell.reverse else shades


def _rows(cell, white):
    """The rows of pixels of a cell, each one shade; letters are a line."""
    text, ground = _shades(cell, white)
    upper, lower = HALVES.get(cell.data, (0, 0))
    rows = [text if upper else ground] * (HEIGHT // 2) + [text if lower else ground] * (HEIGHT // 2)
    if cell.data not in HALVES and cell.data.strip():
        rows[6:9] = [text] * 3
    return rows


def render(screen, white=False):
    """The screen as a portable graymap."""
    pixels = bytearray()
    for y in range(screen.lines):
        cells = [_rows(screen.buffer[y][x], white) for x in range(screen.columns)]
        for line in range(HEIGHT):
            for rows in cells:
                pixels += bytes([rows[line]]) * WIDTH
    return b"P5 %d %d 255\n" % (screen.columns * WIDTH, screen.lines * HEIGHT) + bytes(pixels)


def scan(image):
    """The texts of the QR codes in an image."""
    with tempfile.NamedTemporaryFile(suffix=".pgm") as f:
        f.write(image)
        f.flush()
        done = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", f.name],
                              capture_output=True, text=True, check=False)
    assert done.returncode in (0, 4), done.stderr  # 4: there is none
    return done.stdout.splitlines()
