"""The command line: the answers of the engine, as text and as JSON, and its errors."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main, parser, run
from core.dataset.facts import DATA, Dataset
from core.dataset.load import load_dataset
from core.dataset.priors import Likely
from core.estimate.baseline import solve
from core.estimate.reconcile import Reconciled
from core.index.rules import GROUPS
from core.outlook.case import Case, load_case
from core.scenario.files import dump
from core.store.database import open_store, store_url
from core.store.operation.backup import back_up
from dossier_lists import write_lists
from import_files import answer as portal_answer
from import_files import as_json
from worlds import COMMUNES_60, RULES, lifted_dossiers, phu_tho

ROOT = Path(__file__).resolve().parent.parent
# every documented command with the least it needs
COMMANDS = {
    "check": ["check", "phu_tho_2026"],
    "score": ["score", "phu_tho_2026"],
    "simulate": ["simulate", "phu_tho_2026", "{scenario}"],
    "forecast": ["forecast", "phu_tho_2026", "{scenario}"],
    "rank": ["rank", "phu_tho_2026", "--total", "61.89"],
    "track": ["track", "phu_tho_2026", "{scenario}"],
    "import": ["import", "{figures}", "--to", "{folder}", "--as-of", "2026-09-30"],
    "template": ["template", "phu_tho_2026", "--to", "{new}.xlsx"],
    "match": ["match", "{ours}", "{theirs}", "--dataset", "phu_tho_2026"],
    "rates": ["rates", "{ours}", "{theirs}", "--dataset", "phu_tho_2026", "--to", "{new}-rates"],
    "export": ["export", "phu_tho_2026", "{scenario}", "--to", "{new}.csv"],
    "levers": ["levers", "phu_tho_2026"],
    "goalseek": ["goalseek", "phu_tho_2026", "--score", "62", "--horizon", "year_end"],
    "backtest": ["backtest"],
    "backup": ["backup", "{new}"],
    "restore": ["restore", "{kept}"],
    "user": ["user", "list"],
    "audit": ["audit", "verify"],
}
KNOWN = re.search(r"\{([a-z,]+)\}", parser().format_usage())
assert KNOWN
PRESENT = KNOWN.group(1).split(",")


@pytest.fixture(autouse=True)
def one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phú Thọ is solved once for all commands."""

    home = DATA / "phu_tho_2026"

    def case(path: Path) -> Case:
        return phu_tho() if path == home else load_case(path)

    def dataset(path: Path) -> Dataset:
        return phu_tho().dataset if path == home else load_dataset(path)

    def solved(dataset: Dataset, likely: Sequence[Likely] = ()) -> Reconciled:
        return phu_tho().solved if dataset is phu_tho().dataset else solve(dataset, likely)

    for name, once in {"load_case": case, "load_dataset": dataset, "solve": solved}.items():
        monkeypatch.setattr(f"core.__main__.{name}", once)


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(dump(COMMUNES_60), encoding="utf-8")
    return path


def refuse(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a command answers as JSON."""
    assert main([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out, parse_constant=refuse)


# Every command ------------------------------------------------------------------------------------


def test_every_command_is_a_documented_one() -> None:
    assert set(PRESENT) <= set(COMMANDS)
    assert {"check", "score", "simulate", "rank"} <= set(PRESENT)


@pytest.mark.parametrize("command", PRESENT)
def test_every_command_answers_as_text_and_as_json(
    command: str,
    scenario: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "store"))
    open_store(store_url()).engine.dispose()
    new, kept = tmp_path / "new.db", tmp_path / "kept.db"
    back_up(store_url(), kept)
    figures = tmp_path / "figures.json"
    figures.write_bytes(as_json(portal_answer("transparency")))
    ours, theirs, _ = write_lists(tmp_path, 30, 1, seed=1)
    named = {
        "scenario": scenario,
        "new": new,
        "kept": kept,
        "figures": figures,
        "folder": tmp_path / "folder",
        "ours": ours,
        "theirs": theirs,
    }
    arguments = [argument.format(**named) for argument in COMMANDS[command]]
    asked = run(parser().parse_args(arguments))
    monkeypatch.setattr("core.__main__.run", lambda _: asked)
    assert answer(capsys, *arguments) == json.loads(json.dumps(asked))
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.strip()
    assert not captured.out.startswith(("{", "["))


def test_check_counts_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "check", "phu_tho_2026")
    assert (found["units"], found["observations"], found["warnings"]) == (164, 4103, [])
    assert main(["check", "phu_tho_2026"]) == 0
    assert "units: 164" in capsys.readouterr().out


# Shapes of the documentation ----------------------------------------------------------------------


def test_the_json_of_score_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "score", "phu_tho_2026")
    assert list(found) == ["dataset", "as_of", "rule_set", "units"]
    assert (found["dataset"], found["as_of"]) == ("phu_tho_2026", "2026-09-28")
    assert found["rule_set"] == "766-2026"
    assert len(found["units"]) == 164
    for unit in found["units"].values():
        assert list(unit) == ["components", "groups", "total"]
        assert list(unit["components"]) == list(RULES.components)
        assert list(unit["groups"]) == list(GROUPS)
        assert unit["total"] == pytest.approx(sum(unit["groups"].values()), abs=1e-9)
        for part in unit["components"].values():
            # an estimate has its range besides: of units, online services are points only
            estimated = ["p10", "p90"] if part["status"] == "estimated" else []
            assert list(part) in (
                ["rate", "points", "max_points", "status", *estimated],
                ["rate", "points", "max_points", "status"],
            )
            assert part["status"] in ("published", "computed", "estimated", "no_data")


def test_the_score_of_the_province_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "score", "phu_tho_2026", "--unit", "H44")["units"]
    assert list(found) == ["H44"]
    # 20 x 528684 / 597918
    on_time = found["H44"]["components"]["on_time"]
    assert on_time["rate"] == pytest.approx(528684 / 597918)
    assert on_time["points"] == pytest.approx(17.68, abs=0.005)
    assert (on_time["max_points"], on_time["status"]) == (20, "published")
    copies = found["H44"]["components"]["certified_copy"]
    assert (copies["rate"], copies["points"], copies["status"]) == (None, 2, "no_data")
    assert found["H44"]["total"] == pytest.approx(61.89, abs=0.005)
    assert main(["score", "phu_tho_2026", "--unit", "H44"]) == 0
    assert capsys.readouterr().out.startswith("H44: 61.89   transparency 7.96  progress 17.68")


def test_the_json_of_rank_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "rank", "phu_tho_2026", "--total", "61.89")
    assert list(found) == ["median", "p10", "p90", "probability_at_most"]
    reached = found["probability_at_most"]
    assert list(reached) == [str(rank) for rank in range(1, 35)]
    assert list(reached.values()) == sorted(reached.values())
    assert reached["34"] == 1
    # 61.89 is the published score of 28 September, rank 16 of that board
    assert found["median"] == 16
    assert answer(capsys, "rank", "phu_tho_2026", "--total", "100")["median"] == 1
    assert answer(capsys, "rank", "phu_tho_2026", "--total", "0")["median"] == 34


def test_the_json_of_simulate_has_both_sides_at_every_horizon(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(capsys, "simulate", "phu_tho_2026", str(scenario))
    assert list(found) == ["dataset", "title", "warnings", "horizons"]
    assert found["warnings"] == []
    assert found["title"] == "Mọi xã số hóa 60%"
    dates = {key: horizon["date"] for key, horizon in found["horizons"].items()}
    assert dates == {"today": "2026-09-28", "year_end": "2026-12-31"}
    for horizon in found["horizons"].values():
        for side in ("baseline", "scenario"):
            one = horizon[side]
            assert list(one["groups"]) == list(GROUPS)
            assert len(one["units"]) == 164
            assert one["p10"] <= one["total"] <= one["p90"]
            assert list(one["rank"]) == ["median", "p10", "p90", "probability_at_most"]
        change = horizon["scenario"]["total"] - horizon["baseline"]["total"]
        assert sum(horizon["change"].values()) == pytest.approx(change, abs=1e-9)


def test_the_worked_case_from_the_shell(scenario: Path) -> None:
    command = [sys.executable, "-m", "core", "simulate", "phu_tho_2026", str(scenario), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    found = json.loads(done.stdout)["horizons"]
    lifted, before, dossiers = lifted_dossiers()
    gain = 4 * (lifted - before) / dossiers
    for key, arrived in (("today", 1), ("year_end", 94 / 365)):
        change = found[key]["scenario"]["total"] - found[key]["baseline"]["total"]
        assert change == pytest.approx(gain * arrived, abs=1e-9)
        assert found[key]["change"]["digitized"] == pytest.approx(gain * arrived, abs=1e-9)


def test_the_json_of_forecast_has_both_lines_with_and_without(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(capsys, "forecast", "phu_tho_2026", str(scenario))
    assert found["dataset"] == "phu_tho_2026" and found["as_of"] == "2026-09-28"
    assert found["today"]["score"]["median"] == pytest.approx(61.89, abs=0.005)
    assert found["today"]["rank"]["median"] == 16
    [(key, one)] = found["horizons"].items()
    assert (key, one["date"]) == ("year_end", "2026-12-31")
    for line in (one["standing_still"], one["like_the_others"]):
        for side in ("without", "with"):
            assert list(line[side]) == ["score", "rank"]
            assert list(line[side]["score"]) == ["median", "p10", "p90"]
            assert list(line[side]["rank"]) == ["median", "p10", "p90", "probability_at_most"]
            assert len(line[side]["rank"]["probability_at_most"]) == 34
        assert line["with"]["score"]["median"] > line["without"]["score"]["median"]
        assert line["with"]["rank"]["median"] <= line["without"]["rank"]["median"]
    # the same ranks as those of simulate
    simulated = answer(capsys, "simulate", "phu_tho_2026", str(scenario))["horizons"][key]
    assert one["like_the_others"]["without"]["rank"] == simulated["baseline"]["rank"]
    assert one["like_the_others"]["with"]["rank"] == simulated["scenario"]["rank"]


def test_a_forecast_without_a_scenario_has_the_same_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answer(capsys, "forecast", "phu_tho_2026")
    for line in ("standing_still", "like_the_others"):
        one = found["horizons"]["year_end"][line]
        assert one["with"] == one["without"]
    assert main(["forecast", "phu_tho_2026"]) == 0
    said = capsys.readouterr().out
    assert "with the scenario" not in said
    assert said.index("like the others") < said.index("standing still")


def test_a_dataset_is_named_by_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(DATA / "phu_tho_2026", tmp_path / "mine")
    assert answer(capsys, "check", str(tmp_path / "mine"))["dataset"] == "mine"


# Errors -------------------------------------------------------------------------------------------

ERRORS = {
    "dataset": (["check", "nowhere"], "dataset: 'nowhere': expected the name of a dataset"),
    "no file": (["simulate", "phu_tho_2026", "none.json"], r"none\.json: expected a scenario file"),
    "folder": (["simulate", "phu_tho_2026", "."], "expected a scenario file that can be read"),
    "unit": (["score", "phu_tho_2026", "--unit", "H99"], "--unit: 'H99': expected a unit of units"),
    "total": (["rank", "phu_tho_2026", "--total", "101"], "--total: '101': expected points from 0"),
    "no total": (
        ["rank", "phu_tho_2026", "--total", "nan"],
        "--total: 'nan': expected points from",
    ),
    "mean": (
        ["rank", "binh_phuoc_2025", "--total", "85", "--mean", "500"],
        "--mean: '500': expected points from 0 to 100",
    ),
    "mean of a board": (
        ["rank", "phu_tho_2026", "--total", "60", "--mean", "60"],
        "--mean: '60': expected no mean with a dataset that has the scores of all provinces",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_go_to_standard_error_and_exit_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for more in ([], ["--json"]):
        assert main([*arguments, *more]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert re.search(message, captured.err)
        assert "Traceback" not in captured.err


SCENARIOS = {
    "no JSON": ("{", r"plan\.json, line 1: expected a scenario in JSON"),
    "another dataset": ('{"version": 1, "dataset": "x"}', "expected the dataset phu_tho_2026"),
    "unknown unit": (
        dump(COMMUNES_60).replace("level:commune", "H99"),
        r"changes\.1\.unit: 'H99': expected \*, level:<level> or a unit",
    ),
    "over 100%": (
        dump(COMMUNES_60).replace("0.6", "60"),
        "'60': expected a number of at most 1",
    ),
}


@pytest.mark.parametrize(("text", "message"), SCENARIOS.values(), ids=SCENARIOS)
def test_a_bad_scenario_is_refused(
    scenario: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario.write_text(text, encoding="utf-8")
    assert main(["simulate", "phu_tho_2026", str(scenario)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.search(message, captured.err)


def test_all_problems_of_a_dataset_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(DATA / "phu_tho_2026", tmp_path / "mine")
    path = tmp_path / "mine" / "observations.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",528684,", ",-1,").replace("145096", "x"), encoding="utf-8")
    assert main(["check", str(tmp_path / "mine")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert any("column numerator: '-1': expected a count of 0 or more" in line for line in lines)
    assert any("column numerator: 'x': expected a number" in line for line in lines)


@pytest.mark.parametrize("arguments", [[], ["fly"], ["check"], ["rank", "phu_tho_2026"]])
def test_an_incomplete_command_exits_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: python -m core" in capsys.readouterr().err
