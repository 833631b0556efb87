"""The ladder of all provinces as a picture for a document; its words stand beside it as text."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 2000, 300  # pixels: 200 to the inch over a landscape page
_FINE = 2  # drawn so many times larger, then made small: smooth edges
_MARGIN, _BASE, _DOT, _OWN = 50, 225, 15, 23  # pixels
_OWN_COLOUR, _OTHER, _LINE, _LETTERS = "#0B5CAD", "#6B7683", "#8795A3", "#1B2733"
_APART = 2 * _DOT + 3


def ladder_png(
    scores: Sequence[float], before: float, after: float, ends: tuple[int, int], step: int
) -> bytes:
    """PNG bytes: the other provinces' `scores` as dots on an axis between `ends` (points, ticks
    every `step`), those above the own score filled, and the own dot with, where it is another,
    the ring where it is without the scenario.

    >>> ladder_png([70.0, 60.0], 61.0, 65.0, (55, 75), 5)[:4]
    b'\\x89PNG'
    """
    picture = Image.new("RGB", (_FINE * _WIDTH, _FINE * _HEIGHT), "white")
    pen = ImageDraw.Draw(picture)
    low, high = ends

    def place(score: float) -> float:
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * (score - low) / (high - low)

    _line(pen, (_MARGIN, _BASE), (_WIDTH - _MARGIN, _BASE), _LINE, 2)
    font = ImageFont.load_default(_FINE * 34)
    for tick in range(low, high + 1, step):
        at = _FINE * place(tick), _FINE * (_BASE + 12)
        pen.text(at, str(tick), fill=_LETTERS, font=font, anchor="ma")
    rows: list[float] = []  # where the last dot of each row is
    for score in sorted(scores):
        x = place(score)
        row = next((n for n, end in enumerate(rows) if x - end >= _APART), len(rows))
        rows[row : row + 1] = [x]
        y = _BASE - _DOT - 8 - row * _APART
        _dot(pen, x, y, _DOT, _OTHER, filled=score >= after)
    if round(before, 2) != round(after, 2):
        _dot(pen, place(before), _BASE - _OWN, _OWN, _OWN_COLOUR, filled=False)
    x = place(after)
    _line(pen, (x, 20), (x, _BASE - _OWN), _OWN_COLOUR, 5)
    _dot(pen, x, _BASE - _OWN, _OWN, _OWN_COLOUR, filled=True)
    written = io.BytesIO()
    picture.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _dot(
    pen: ImageDraw.ImageDraw, x: float, y: float, size: int, colour: str, filled: bool
) -> None:
    box = [_FINE * (x - size), _FINE * (y - size), _FINE * (x + size), _FINE * (y + size)]
    pen.ellipse(box, fill=colour if filled else "white", outline=colour, width=_FINE * 4)


def _line(
    pen: ImageDraw.ImageDraw,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    width: int,
) -> None:
    points = [_FINE * start[0], _FINE * start[1], _FINE * end[0], _FINE * end[1]]
    pen.line(points, fill=colour, width=_FINE * width)
