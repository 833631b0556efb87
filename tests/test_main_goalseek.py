"""The command line of leverage and goal seek: as text, as JSON, and its errors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.dataset.facts import DATA
from core.outlook.case import Case, load_case
from worlds import RULES, phu_tho

SEEK = ["goalseek", "phu_tho_2026", "--horizon", "year_end"]


@pytest.fixture(autouse=True)
def one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phú Thọ is solved once for all commands."""
    home = DATA / "phu_tho_2026"

    def case(path: Path) -> Case:
        return phu_tho() if path == home else load_case(path)

    monkeypatch.setattr("core.__main__.load_case", case)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a command answers as JSON."""
    assert main([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def test_levers_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "levers", "phu_tho_2026")
    first = found["strongest"][0]
    assert (first["unit"], first["component"]) == ("H44.45", "on_time")
    # 25,179 late dossiers of 597,918 in the province; 20 points at 100 %. They count in
    # satisfaction too, at 528,464 of 597,918, which has its 6 points from 90 % on.
    both = 20 * 25179 / 597918 + 6 / 0.9 * (0.9 - 528464 / 597918)
    assert first["recoverable"] == pytest.approx(both)
    # one dossier is 20 / 597,918 points on time, and 6 / 0.9 / 597,918 in satisfaction
    assert first["per_thousand"] == pytest.approx(1000 * (20 + 6 / 0.9) / 597918)
    assert "filed_online" in found["capped"]
    assert {row["component"] for row in found["components"]} <= set(RULES.components)


def test_levers_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["levers", "phu_tho_2026"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("H44.45 on_time: 69.91%, +0.95 points at 100%")
    assert any(line.startswith("capped:") and "filed_online" in line for line in lines)
    assert "only the ministries, points: nothing" in lines


@pytest.mark.parametrize(
    ("dataset", "waiting"),
    [
        # what the notice of March 2025 says ministries hold up, published or estimated
        ("binh_phuoc_2025", {"publish_on_time", "update_on_time", "services_online"}),
    ],
)
def test_what_ministries_hold_up_is_the_same_everywhere(
    dataset: str, waiting: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = answer(capsys, "levers", dataset)["components"]
    lost = [row for row in rows if row["lost"] > 0]
    assert {row["component"] for row in lost if row["who"] == "ministries"} == waiting
    sought = answer(capsys, "goalseek", dataset, "--horizon", "year_end", "--score", "99")
    ways = {way["kind"]: way["what"] for way in sought["shortfall"]["relaxations"]}
    assert set(ways["ministry"]) == waiting
    assert not waiting & set(ways.get("province", []))
    assert waiting == {
        row["component"] for row in sought["shortfall"]["stops"] if row["reason"] == "ministry"
    }


def test_a_score_within_reach(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, *SEEK, "--score", "63")
    assert (found["dataset"], found["wish"]) == ("phu_tho_2026", {"score": 63})
    assert (found["status"], found["shortfall"]) == ("reached", None)
    assert found["score"] == pytest.approx(63)
    assert found["safety"]["probability"] == 0.8
    assert found["safety"]["goal"] > 63
    assert found["safety"]["price"] > 0


def test_67_points_are_out_of_reach_and_it_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, *SEEK, "--score", "67")
    assert found["status"] == "out_of_reach"
    assert found["score"] < 67
    ways = {way["kind"]: way for way in found["shortfall"]["relaxations"]}
    assert ways["province"]["enough"]
    assert main([*SEEK, "--score", "67"]) == 0
    text = capsys.readouterr().out
    assert "out of reach" in text
    assert re.search(r"give way: province publish_on_time: .* enough", text)


def test_a_rank_with_a_probability(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, *SEEK, "--rank", "5", "--probability", "0.5")
    assert found["wish"] == {"rank": 5, "probability": 0.5}
    surer = answer(capsys, *SEEK, "--rank", "5", "--probability", "0.9")
    assert surer["goal"] > found["goal"]


ERRORS = {
    "score": (["--score", "101"], "score: '101': expected points from 0 to 100"),
    "no number": (["--score", "nan"], "score: 'nan': expected points from 0 to 100"),
    "rank": (["--rank", "35", "--probability", "0.5"], "rank: '35': expected a rank from 1 to 34"),
    "rank 0": (["--rank", "0", "--probability", "0.5"], "rank: '0': expected a rank from 1 to 34"),
    "probability": (
        ["--rank", "5", "--probability", "1"],
        "probability: '1': expected a fraction between 0 and 1",
    ),
    "rank alone": (["--rank", "5"], "--rank: expected --probability beside it"),
    "probability beside a score": (
        ["--score", "63", "--probability", "0.5"],
        "--probability: expected --rank beside it",
    ),
    "horizon": (["--score", "63", "--horizon", "q9"], "horizon: 'q9': expected one of year_end"),
}


@pytest.mark.parametrize(("arguments", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_go_to_standard_error_and_exit_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SEEK, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


@pytest.mark.parametrize("arguments", [[], ["--score", "63", "--rank", "5"]])
def test_one_goal_is_needed(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*SEEK, *arguments])
