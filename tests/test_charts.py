"""Charts take any name a dataset has: long ones, equal ones, and ones that look like markup."""

import html
import re
import tomllib
from pathlib import Path

import pytest

from core.charts import score as charts
from core.charts.look import INK, PALETTE, PAPER, wrapped


def test_the_heat_map_keeps_units_apart_that_have_the_same_name() -> None:
    names = ["UBND xã Minh Hòa", "UBND xã Minh Hòa", "Sở " + "rất dài " * 20, "<b>Sở</b> A & B"]
    rates = [[10.0], [20.0], [None], [40.0]]
    figure = charts.heatmap(rates, ["Số hóa"], names, [["10"], ["20"], ["–"], ["40"]], "vi")
    drawn = figure.data[0]
    assert len(set(drawn.y)) == 4
    shown = figure.layout.yaxis.ticktext
    assert shown[:2] == ("UBND xã Minh Hòa",) * 2
    assert len(shown[2]) <= 48 and shown[2].endswith("…")
    assert drawn.customdata[2][0].startswith("Sở rất dài rất dài") and len(shown[2]) < 160
    assert shown[3] == drawn.customdata[3][0] == "&lt;b&gt;Sở&lt;/b&gt; A &amp; B"


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
