"""What a printed page looks like: how much of it is empty at its foot, and how wide what is printed is."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from chromium_page import program

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.arrays import Floats

HEIGHT, TOP, FOOT = 297, 14, 16
"""Millimetres of a sheet of A4, and of its margins above and below."""

WIDTH, SIDE = 210, 12

INK = 250
"""What is darker than this is printed."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed page: ``blank`` is the share of its height that is empty at its foot, ``right`` where its ink ends.

    ``right`` is a share of the room between the margins; 1 is the right margin.
    """

    blank: float
    right: float


def sheets(pdf: Path, folder: Path) -> list[Sheet]:
    """The pages of a PDF, looked at as pictures; the test is skipped where nothing draws them."""
    folder.mkdir()
    draw = [program("pdftoppm"), "-r", "60", "-gray", str(pdf), str(folder / "page")]
    subprocess.run(draw, capture_output=True, check=True, timeout=90)
    return [_sheet(_picture(path)) for path in sorted(folder.glob("*.pgm"))]


def _picture(path: Path) -> Floats:
    """A grey picture (PGM, one byte a point) as rows of points."""
    kind, size, most, points = path.read_bytes().split(b"\n", 3)
    assert (kind, most) == (b"P5", b"255")
    width, height = map(int, size.split())
    return np.frombuffer(points, dtype=np.uint8).reshape(height, width).astype(float)


def _sheet(picture: Floats) -> Sheet:
    height, width = picture.shape
    top, bottom = round(height * TOP / HEIGHT), round(height * (HEIGHT - FOOT) / HEIGHT)
    dark = picture[top:bottom] < INK
    lowest, furthest = (int(np.flatnonzero(dark.any(axis=axis)).max(initial=0)) + 1 for axis in (1, 0))
    left, room = width * SIDE / WIDTH, width * (1 - 2 * SIDE / WIDTH)
    return Sheet(1 - lowest / (bottom - top), (furthest - left) / room)
