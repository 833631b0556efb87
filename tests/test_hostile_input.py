"""What people type, upload and pass on the command line, where it is odd, huge or hostile."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from conftest import ROOT
from core.__main__ import main
from core.dossiers import matching
from core.dossiers.lists import Mapping
from core.dossiers.sheet import MAX_COLUMNS
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError
from pages.parts.words import text


@pytest.mark.parametrize(
    "typed",
    [
        "NaN",
        "nan %",
        "sNaN",
        "-sNaN1",
        "inf",
        "-Infinity",
        "1e999",
        "1e5",
        "1_0",
        "",
        "%",
        ",",
        "1,2,3",
        "0x10",
        "--1",
        "1 2",
        "\x00",
    ],
)
def test_what_is_no_finite_number_is_no_number(typed: str) -> None:
    assert text.parse_number(typed) is None


def test_a_number_of_five_thousand_digits_is_no_number() -> None:
    assert text.parse_number("9" * 5000) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [("93,37", 93.37), ("93.37 %", 93.37), ("−3", -3.0), ("+5", 5.0), ("60,", 60.0), (",5", 0.5)],
)
def test_numbers_are_read_with_comma_or_point(typed: str, number: float) -> None:
    assert text.parse_number(typed) == number


@pytest.mark.parametrize(
    "name",
    ["http://a.example", "HTTPS://a.example/x", "www.a.example", "me@a.example"],
)
def test_an_address_in_a_name_is_broken_for_markdown(name: str) -> None:
    """GitHub's Markdown links `http://`, `https://`, `www.` and `@` followed by a host even after
    its signs are escaped; with a joiner between there is no such text left, and none is lost."""
    shown = text.escape(name).replace("\\", "")
    assert shown.replace("\N{WORD JOINER}", "") == name
    for start in ("http://", "https://", "www.", "@a"):
        assert start not in shown.lower()


def test_a_list_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide"
    path.write_text(",".join("a" * (MAX_COLUMNS + 1)) + "\n1\n")
    with pytest.raises(DataError, match="at most 1000 columns, found 1001"):
        open_lists([Upload(path, "wide.csv")], tmp_path)


def test_lists_too_large_for_memory_are_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list"
    path.write_text("ma,don vi\n1,a\n")
    side = open_lists([Upload(path, "a.csv")], tmp_path)[0], Mapping("ma", "don vi")

    def full(base: object, choices: object) -> None:
        raise duckdb.OutOfMemoryException("full")

    monkeypatch.setattr(matching, "pair_up", full)
    units = pd.DataFrame({"name_vi": ["A"]}, index=["a"])
    with pytest.raises(DataError, match="fit into memory"):
        matching.match(side, side, units, tmp_path)
    assert [found.name for found in tmp_path.iterdir()] == ["list"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "a" * 5000], "File name too long|a folder"),
        (["simulate", "binh_phuoc_2024", "/dev/zero"], "at most 1000 kB"),
        (["rank", "binh_phuoc_2024", "--total", "80", "--date", "0001-01-01"], "from 1900 to 2199"),
        (["rank", "binh_phuoc_2024", "--total", "80", "--date", "9999-12-31"], "from 1900 to 2199"),
    ],
)
def test_the_command_line_answers_odd_arguments(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert re.search(said, capsys.readouterr().err)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of its own")
@pytest.mark.parametrize(
    ("where", "code"), [("| true", 1), (">&-", 2), (">/dev/full", 2), (">&- 2>&-", 2)]
)
def test_the_answer_may_find_no_reader(where: str, code: int) -> None:
    command = f"{sys.executable} -m core check binh_phuoc_2024 {where}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == code
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
