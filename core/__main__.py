"""The command line: the same engine without the screen. `python -m core --help`."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path

from core.backtest.cases import backtests
from core.backtest.prediction import plain_backtests
from core.cli import (
    answers,
    dossier_lists,
    dossier_rates,
    exporting,
    goal_text,
    importing,
    keeping,
    office,
    streams,
    templates,
    tracking,
)
from core.dataset.facts import Dataset
from core.dataset.load import find_dataset, load_boards, load_dataset
from core.dataset.schema import is_in_reach
from core.dataset.tables import OUT_OF_REACH
from core.documents.files import FILE_KINDS
from core.estimate.baseline import make_baseline, solve
from core.field.choice import has_board, rank_field
from core.field.draws import rank_distribution
from core.field.told import rank_tells
from core.goal.wish import Wish, pursue
from core.levers import tables as lever_tables
from core.levers.leverage import leverage
from core.outlook.case import Case, load_case
from core.plans.files import LARGEST_PLAN
from core.problems import DataError, Problem, shorten
from core.review import guard
from core.scenario.files import LARGEST_SCENARIO, parse
from core.scenario.model import Scenario
from core.store.checks import StoreError


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    root = argparse.ArgumentParser(prog="python -m core", description=__doc__)
    commands = root.add_subparsers(dest="command", required=True)

    def command(name: str, help_text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_text, description=help_text)
        made.add_argument("dataset", help="a dataset's name under data/ or a folder")
        made.add_argument("--json", action="store_true", help="answer as JSON")
        return made

    backtest = commands.add_parser("backtest", help="predictions against what happened")
    backtest.add_argument("--json", action="store_true", help="answer as JSON")
    checked = command("check", "problems of a dataset, or a summary")
    checked.add_argument("--before", help="an earlier dataset of the same province and year")
    scored = command("score", "points by component and group, and the score")
    scored.add_argument("--unit", help="only this unit")
    simulated = command("simulate", "baseline and scenario side by side, per horizon")
    simulated.add_argument("scenario", type=Path, help="a scenario file")
    forecast = command("forecast", "both lines at every horizon, with and without a scenario")
    forecast.add_argument("scenario", type=Path, nargs="?", help="a scenario file")
    ranked = command("rank", "rank distribution of a score")
    ranked.add_argument("--total", type=float, required=True, help="the score, 0 to 100")
    ranked.add_argument("--date", type=dt.date.fromisoformat, help="YYYY-MM-DD")
    ranked.add_argument("--mean", type=float, help="the mean of all provinces on that date")
    command("levers", "points per percentage point and per 1,000 dossiers, unit x lever")
    sought = command("goalseek", "the least-effort plan")
    goal = sought.add_mutually_exclusive_group(required=True)
    goal.add_argument("--score", type=float, help="the score to reach, 0 to 100")
    goal.add_argument("--rank", type=int, help="the rank to reach, 1 is best; with --probability")
    sought.add_argument("--probability", type=float, help="how sure the rank is, 0 to 1")
    sought.add_argument("--horizon", required=True, help="the key of a date ahead")
    exported = command("export", "a dataset, plan or scenario as a file to take away")
    exported.add_argument("file", type=Path, nargs="?", help="a plan or scenario file")
    endings = ", ".join(FILE_KINDS)
    exported.add_argument("--to", type=Path, required=True, help=f"the new file: {endings}")
    kinds = "; ".join(f"{ending}: {', '.join(kinds)}" for ending, kinds in FILE_KINDS.items())
    exported.add_argument("--kind", help=f"by the file's ending, by default the first of {kinds}")
    exported.add_argument("--language", default="vi", help="vi or en")
    tracked = command("track", "every target of a plan against the dataset's newest figures")
    tracked.add_argument("plan", type=Path, help="a plan file")
    imported = commands.add_parser("import", help="files that people have -> a dataset's folder")
    importing.add_options(imported)
    about = "a dataset as a workbook to fill in; import takes it back"
    made = commands.add_parser("template", help=about, description=about)
    templates.add_template_options(made)
    about = "two lists of dossiers compared"
    dossier_lists.add_arguments(commands.add_parser("match", help=about, description=about))
    about = "the rates that two lists of dossiers tell, as a dataset's folder"
    dossier_rates.add_rate_arguments(commands.add_parser("rates", help=about, description=about))
    for name, place, help_text in (
        ("backup", "to", "copy the store into a new file, while the app is in use"),
        ("restore", "from", "put a backup in the place of the store; the one before is kept"),
    ):
        kept = commands.add_parser(name, help=help_text, description=help_text)
        kept.add_argument("file", metavar=place.upper(), type=Path, help="the backup's file")
        kept.add_argument("--json", action="store_true", help="answer as JSON")
    about = "accounts and roles of those who sign in"
    office.add_user_options(commands.add_parser("user", help=about, description=about))
    about = "whether the trace of deeds is whole, or its newest rows"
    office.add_audit_options(commands.add_parser("audit", help=about, description=about))
    return root


def run(options: argparse.Namespace) -> answers.Plain:
    """Ask the engine, or keep the store. Raises DataError and StoreError."""
    if options.command in ("backup", "restore"):
        return keeping.keeping_answer(options.command, options.file)
    if options.command == "user":
        return office.user_answer(options)
    if options.command == "audit":
        return office.audit_answer(options)
    if options.command == "import":
        return importing.import_answer(options)
    if options.command == "backtest":
        return plain_backtests(backtests())
    if options.command == "template":
        empty = options.dataset == templates.EMPTY
        found = None if empty else load_dataset(_find(options.dataset))
        return templates.template_answer(found, options.to, options.language)
    path = _find(options.dataset)
    if options.command == "match":
        return dossier_lists.match_answer(load_dataset(path), options)
    if options.command == "rates":
        return dossier_rates.rates_answer(load_dataset(path), options)
    if options.command == "rank":
        return _rank(load_dataset(path), options)
    case = load_case(path)
    if options.command == "check":
        return _check(case, options.before)
    if options.command == "score":
        if options.unit is not None and options.unit not in case.baseline.units:
            raise DataError([Problem("--unit", None, None, options.unit, "a unit of units.csv")])
        return answers.score_answer(case, options.unit)
    if options.command == "levers":
        return lever_tables.plain_levers(leverage(case.baseline))
    if options.command == "goalseek":
        return _goalseek(case, options)
    if options.command == "export":
        given = options.file and (_read(options.file, LARGEST_PLAN), options.file.name)
        return exporting.export_answer(case, given, options.to, options.kind, options.language)
    if options.command == "track":
        return tracking.track_answer(case, _read(options.plan), options.plan.name)
    if options.command == "forecast":
        none = Scenario(dataset=case.baseline.dataset_id)
        asked = none if options.scenario is None else _scenario(options.scenario)
        return answers.forecast_answer(case, asked)
    return answers.simulate_answer(case, _scenario(options.scenario))


def _find(name: str) -> Path:
    """The folder of a dataset. Raises DataError."""
    try:
        return find_dataset(name)
    except OSError as error:  # such as a name that no system takes
        details = {"reason": error.strerror or "unreadable"}
        expected = "the name of a dataset or a folder ({reason})"
        raise DataError([Problem("dataset", None, None, name, expected, details)]) from None


def _read(path: Path, most: int = LARGEST_SCENARIO) -> bytes:
    """A scenario file of a bearable size: a device such as /dev/zero has no end. Raises
    DataError."""
    expected, details = "a scenario file of at most {limit} kB", {"limit": f"{most // 1000}"}
    try:
        with path.open("rb") as file:
            if path.stat().st_size <= most and len(raw := file.read(most + 1)) <= most:
                return raw
    except OSError as error:
        expected, details = (
            "a scenario file that can be read ({reason})",
            {"reason": error.strerror or "unreadable"},
        )
    raise DataError([Problem(shorten(str(path)), None, None, None, expected, details)])


def _scenario(path: Path) -> Scenario:
    """The scenario of a file. Raises DataError."""
    return parse(_read(path), path.name)


def _check(case: Case, before: str | None) -> answers.Plain:
    """The summary, and rates that rose because less is counted. Raises DataError."""
    answer = answers.check_answer(case)
    flagged = guard.within(case.dataset)
    if before is not None:
        earlier = load_dataset(_find(before))
        flagged += guard.between(earlier, case.dataset)
        answer["compared"] = guard.compared(earlier, case.dataset)
    return answer | {"less_counted": [str(problem) for problem in flagged]}


def _goalseek(case: Case, options: argparse.Namespace) -> answers.Plain:
    """The plan for `--score` or `--rank`. Raises DataError for options that can't be used."""
    if (options.rank is None) != (options.probability is None):
        given, missing = ("rank", "probability") if options.rank else ("probability", "rank")
        expected, details = "--{missing} beside it", {"missing": missing}
        raise DataError([Problem(f"--{given}", None, None, None, expected, details)])
    wish = Wish(options.horizon, score=options.score)
    if options.rank is not None:
        wish = Wish(options.horizon, rank=options.rank, probability=options.probability)
    sought = pursue(case, case.baseline, wish)
    return goal_text.sought_dict(case.dataset.id, sought)


def _rank(dataset: Dataset, options: argparse.Namespace) -> answers.Plain:
    """The rank distribution of `--total`. Raises DataError for options that can't be used."""
    for name, value in (("--total", options.total), ("--mean", options.mean)):
        if value is not None and not 0 <= value <= 100:
            raise DataError([Problem(name, None, None, f"{value:g}", "points from 0 to 100")])
    if options.date is not None and not is_in_reach(options.date):
        raise DataError([Problem("--date", None, None, f"{options.date}", OUT_OF_REACH)])
    if options.mean is not None and has_board(dataset):
        expected = "no mean with a dataset that has the scores of all provinces"
        raise DataError([Problem("--mean", None, None, f"{options.mean:g}", expected)])
    boards = load_boards()
    baseline = make_baseline(dataset, solve(dataset, rank_tells(dataset, boards)))
    field = rank_field(dataset, baseline, boards, options.date, options.mean)
    return answers.rank_answer(rank_distribution(field, options.total))


def show(command: str, answer: answers.Plain) -> str:
    """An answer as short lines of text."""
    if command == "score":
        return "\n".join(answers.score_lines(answer))
    if command == "simulate":
        lines = [f"warning: {warning}" for warning in answer["warnings"]]
        for key, found in answer["horizons"].items():
            for side in ("baseline", "scenario"):
                one = found[side]
                lines.append(f"{key} {found['date']} {side}: {answers.side_said(one)}")
        return "\n".join(lines)
    if command == "forecast":
        return "\n".join(answers.forecast_lines(answer))
    if command == "track":
        return "\n".join(tracking.track_lines(answer))
    if command == "backtest":
        return "\n".join(line for one in answer["backtests"] for line in _backtest(one))
    if command == "match":
        return "\n".join(dossier_lists.match_lines(answer))
    if command == "rates":
        return "\n".join(dossier_rates.rate_lines(answer))
    if command == "levers":
        return "\n".join(goal_text.lever_lines(answer))
    if command == "goalseek":
        return "\n".join(goal_text.goal_lines(answer))
    if command == "import":
        return "\n".join(importing.import_lines(answer))
    if command in ("user", "audit"):
        return "\n".join(office.office_lines(answer))
    if command == "rank":
        return f"rank {answer['median']} (80%: {answer['p10']} to {answer['p90']})"
    return "\n".join(f"{key}: {value}" for key, value in answer.items())


def _backtest(one: answers.Plain) -> list[str]:
    rows = [
        f"  {row['label']} ({row['measure']}): "
        f"{row['predicted']:.2f}, happened {row['happened']:.2f}"
        for row in one["rows"]
    ]
    return [one["title"], *rows, *(f"  {note}" for note in one["notes"])]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0, 1 where nobody reads the answer, 2 with the problems on standard
    error."""
    streams.prepare()
    try:
        options = parser().parse_args(arguments)
        answer = run(options)
        streams.put(
            json.dumps(answer, ensure_ascii=False)
            if options.json
            else show(options.command, answer)
        )
    except (DataError, StoreError) as error:
        if isinstance(error, importing.ImportRefused) and options.json:
            streams.put(json.dumps(error.answer, ensure_ascii=False))
        streams.complain(error)
        return 2
    except BrokenPipeError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
