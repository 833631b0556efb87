"""What people take away opens right in their Excel, and nothing in it runs."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT
from core.export import csv as export_csv

TABLE = pd.DataFrame(
    {
        "Đơn vị": ["Sở Y tế; phòng 1", '=HYPERLINK("http://x")', "+84", "-1", "@x", "＝1+1", "a,b"],
        "=cmd|'/C calc'!A0": [0.5, -1234.25, float("nan"), 0, 1, 2, 3],
    }
)


@pytest.mark.parametrize(
    ("language", "separator", "first", "second"),
    [("vi", ";", "0,5", "-1234,25"), ("en", ",", "0.5", "-1234.25")],
)
def test_separators_are_those_of_excel_in_the_language(
    language: str, separator: str, first: str, second: str
) -> None:
    content = export_csv.csv(TABLE, language)
    assert content.startswith("\ufeffĐơn vị".encode())
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))
    assert [row[1] for row in rows[1:4]] == [first, second, ""]
    assert rows[1][0] == "Sở Y tế; phòng 1"


def test_no_cell_and_no_heading_is_a_formula() -> None:
    rows = csv.reader(io.StringIO(export_csv.csv(TABLE, "vi").decode("utf-8-sig")), delimiter=";")
    texts = [row[0] for row in rows]
    assert texts[2:] == ['\'=HYPERLINK("http://x")', "'+84", "'-1", "'@x", "'＝1+1", "a,b"]
    headings = export_csv.csv(TABLE, "vi").decode("utf-8-sig").splitlines()[0]
    assert headings == "Đơn vị;'=cmd|'/C calc'!A0"


def test_every_table_is_taken_away_the_same_way() -> None:
    """One place writes `text/csv`: no page has a convention of its own."""
    pages = [
        path for path in (ROOT / "pages").rglob("*.py") if "text/csv" in path.read_text("utf-8")
    ]
    assert pages == [Path(ROOT / "pages" / "parts" / "widgets" / "downloads.py")]
