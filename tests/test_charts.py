"""Charts take any name a dataset has: long ones, equal ones, and ones that look like markup."""

import copy
import datetime as dt
import html
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.io import to_json
from plotly.tools import return_figure_from_figure_or_data

from core.charts import score as charts
from core.charts.look import (
    GAIN,
    GREY,
    GROUP_COLOURS,
    INK,
    LEVEL_STYLES,
    LOSS,
    NOT_YET,
    OWN,
    PALETTE,
    PAPER,
    PORTAL_COLOURS,
    Described,
    rate_colours,
    with_layout,
    wrapped,
)
from core.charts.present import Line, journey


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("rate", [n / 100 for n in range(-5, 110)])
def test_a_rate_is_read_on_its_colour(rate: float) -> None:
    """WCAG 2 asks for a contrast of 4.5 to 1."""
    paper, ink = map(luminance, rate_colours(rate))
    assert (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5


def test_no_colour_of_a_group_means_anything_else() -> None:
    others = [OWN, GAIN, LOSS, GREY, *NOT_YET, *PORTAL_COLOURS.values()]
    others += [colour for colour, _ in LEVEL_STYLES.values()]
    assert not set(others) & set(GROUP_COLOURS.values())
    levels = [colour for level, (colour, _) in LEVEL_STYLES.items() if level != "province"]
    assert len({OWN, LOSS, GREY, *NOT_YET, *PORTAL_COLOURS.values(), *levels}) == 3 + 3 + 2 + 3


def test_waterfall_begins_at_no_change() -> None:
    drawn = charts.waterfall(["a", "b"], [0.5, -0.2], ("all", 0.3), ["", "", ""], "vi")
    figure = go.Figure(drawn.to_dict())  # Plotly refuses what it does not know
    low, high = figure.layout.xaxis.range
    assert low == 0 < 0.5 < high
    assert list(figure.data[0].measure) == ["relative", "relative", "total"]


def test_dates_over_time_are_read_without_turning_the_head() -> None:
    days = [dt.date(2026, 9, 28), dt.date(2026, 12, 31)]
    line = np.array([61.9, 65.4])
    names = dict.fromkeys(("before", "after", "still", "range", "score"), "")
    marks = [(days[1], "31/12/2026")]
    drawn = charts.score_over_time(days, line, None, line, line, line, names, "vi", marks)
    (label,) = drawn.layout.annotations
    assert not label.textangle and label.xanchor == "right", "it ends at the edge of the picture"
    assert label.yanchor == "bottom" and drawn.layout.margin.t >= 20, "above what is drawn"


def test_no_rank_is_written_on_its_own_line() -> None:
    """A text lies away from where its line goes on to: up from below, down from above."""

    def sides(before: list[float], after: list[float] | None) -> list[list[str]]:
        first, second = (Line("", way, way, way, ["hạng 1"] * 3) for way in (before, after or []))
        figure = journey("abc", first, second if after else None, (0, 9), INK["light"], "vi")
        return [list(line.textposition) for line in figure.data]

    assert sides([1, 2, 3], None) == [["top left", "top left", "top right"]]
    assert sides([3, 2, 1], None) == [["top right"] * 3]
    assert sides([1, 2, 3], [1, 4, 5]) == [
        ["bottom right"] * 3,
        ["top left", "top left", "top right"],
    ]
    assert sides([3, 2, 1], [3, 1, 0]) == [
        ["top right"] * 3,
        ["bottom left", "bottom left", "bottom right"],
    ]


def test_a_waterfall_leaves_nothing_in_the_next_one() -> None:
    def drawn(*steps: float) -> dict[str, Any]:
        names, texts = [f"{step}" for step in steps], ["", *(f"{step}" for step in steps)]
        described = charts.waterfall(names, steps, ("all", sum(steps)), texts, "vi").to_dict()
        return dict(described)

    first = drawn(0.5, -0.2)
    kept = copy.deepcopy(first)
    assert drawn(3.0, 1.0)["layout"]["xaxis"]["range"] != kept["layout"]["xaxis"]["range"]
    assert first == kept == drawn(0.5, -0.2)


def test_a_layout_is_changed_as_plotly_changes_it() -> None:
    described = charts.waterfall(["a"], [0.5], ("all", 0.5), ["", ""], "vi").to_dict()
    red = {"font": {"color": "red"}}
    changes = {**red, "xaxis": {"title": red}, "height": 99}
    before = copy.deepcopy(described)
    ours = go.Figure(with_layout(described, changes))
    assert ours == go.Figure(described).update_layout(changes)
    assert described == before
    streamlit = return_figure_from_figure_or_data(Described(described), validate_figure=True)
    assert to_json(streamlit, validate=False) == to_json(described, validate=False)


@pytest.mark.parametrize("width", range(8, 40))
def test_a_wrapped_name_is_whole_and_obeyed_nowhere(width: int) -> None:
    """Escaped before it is wrapped, `&amp;` is cut in two, and short lines count as long."""
    name = "Nông nghiệp & Môi trường <b>Sở</b> A&B&C&D&E&F&G <i>"
    lines = wrapped(name, width).split("<br>")
    assert not any("<" in line or ">" in line for line in lines)
    read = [html.unescape(line) for line in lines]
    assert all(html.escape(one, quote=False) == line for one, line in zip(read, lines, strict=True))
    assert max(map(len, read)) <= width
    assert "".join(read).replace(" ", "") == name.replace(" ", "")


def test_charts_and_the_theme_have_the_same_colours() -> None:
    root = Path(__file__).resolve().parent.parent
    theme = tomllib.loads((root / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    assert {kind: theme[kind]["textColor"] for kind in ("light", "dark")} == INK
    for kind in ("light", "dark"):
        assert theme[kind]["chartCategoricalColors"] == list(PALETTE)
    assert theme["light"]["backgroundColor"] == PAPER


def test_colours_of_charts_stand_in_one_file() -> None:
    root = Path(__file__).resolve().parent.parent / "core" / "charts"
    files = sorted(root.glob("*.py"))
    assert len(files) > 3
    coloured = [one.name for one in files if re.search(r"#[0-9A-F]{6}", one.read_text("utf-8"))]
    assert coloured == ["look.py"]
