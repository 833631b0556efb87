"""`match PROVINCIAL NATIONAL`: two lists of dossiers compared, without the screen."""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from core.cli.answers import Plain
from core.dataset.facts import Dataset
from core.dataset.kept.names import kept_names
from core.dossiers.buckets.executors import EXECUTORS
from core.dossiers.buckets.whole import match_in_buckets
from core.dossiers.judging.choices import KEEP, Choices
from core.dossiers.judging.forms import CODE_STEPS
from core.dossiers.lists import guess_mapping
from core.dossiers.matching import Parts, match
from core.dossiers.opening.bundle import Opened, open_side
from core.dossiers.opening.names import read_names
from core.dossiers.queries import BOTH_FLAGS, SIDES
from core.dossiers.results.matched import Matched
from core.dossiers.results.said import WORDS
from core.dossiers.upload import Upload
from core.problems import DataError, Problem, shorten

_MOST_FILES = 1_000
_MOST_BUCKETS = 1_000
_MOST_EXAMPLES = 20


def add_arguments(made: argparse.ArgumentParser) -> None:
    """The options of `match`."""
    for side in SIDES:
        about = f"the list of the {side} portal: a file, a zip, or a folder of files"
        made.add_argument(side, type=Path, help=about)
    made.add_argument("--dataset", required=True, help="a dataset's name under data/ or a folder")
    for side in SIDES:
        made.add_argument(
            f"--{side}-also", type=Path, action="append", default=[], help="one more file of it"
        )
    made.add_argument(
        "--names",
        type=Path,
        help="a table: name in the lists, unit of today; those kept with the dataset are known",
    )
    made.add_argument(
        "--rule", choices=list(CODE_STEPS), action="append", default=[], help="how codes correspond"
    )
    about = "codes that do not meet are other dossiers"
    made.add_argument("--as-written", action="store_true", help=about)
    made.add_argument("--rows", choices=KEEP, default="agree", help="which row of a dossier counts")
    made.add_argument("--skip-hidden", action="store_true", help="leave out filtered rows")
    about = "keep the rows on the disk and match them by buckets: serial, processes or spark"
    made.add_argument("--executor", choices=list(EXECUTORS), help=about)
    about = f"how many buckets a province has, 1 to {_MOST_BUCKETS}; by the rows where not said"
    made.add_argument("--buckets", type=int, help=about)
    made.add_argument("--json", action="store_true", help="answer as JSON")


def match_answer(dataset: Dataset, options: argparse.Namespace) -> Plain:
    """Compare the lists of the options. Raises DataError."""
    with matched_lists(dataset, options) as (matched, sides):
        return _plain(matched, sides)


@contextmanager
def matched_lists(
    dataset: Dataset, options: argparse.Namespace
) -> Iterator[tuple[Matched, dict[str, Parts]]]:
    """The lists of the options matched, while their rows are there. Raises DataError.

    `--executor` or `--buckets` lets the disk hold them; without either memory does, as on the page.
    """
    if options.buckets is not None and not 1 <= options.buckets <= _MOST_BUCKETS:
        expected, details = "a number from 1 to {limit}", {"limit": _MOST_BUCKETS}
        raise DataError([Problem("--buckets", None, None, f"{options.buckets}", expected, details)])
    with tempfile.TemporaryDirectory(prefix="match-") as name:
        folder = Path(name)
        names = {
            name: code
            for name, code in kept_names(dataset.path).items()
            if code in dataset.units.index
        }
        if options.names is not None:
            names |= read_names(_upload(options.names), dataset.units, folder)
        paths = {
            side: [getattr(options, side), *getattr(options, f"{side}_also")] for side in SIDES
        }
        opened = _open(paths, folder)
        sides = {}
        for side in SIDES:
            lists = [replace(one, skip_hidden=options.skip_hidden) for one in opened[side].lists]
            sides[side] = tuple((one, guess_mapping(one.columns)) for one in lists)
        choices = Choices(tuple(options.rule), options.as_written, options.rows)
        left_out = [name for side in SIDES for name in opened[side].left_out]
        provincial, national = (sides[side] for side in SIDES)
        run: Callable[..., Matched] = match
        if options.executor is not None or options.buckets is not None:
            executor = options.executor or "serial"
            run = partial(match_in_buckets, executor=executor, buckets=options.buckets)
        matched = run(
            provincial,
            national,
            dataset.units,
            folder,
            aliases=names,
            choices=choices,
            left_out=left_out,
        )
        yield matched, sides


def _open(paths: dict[str, list[Path]], folder: Path) -> dict[str, Opened]:
    """The lists of both sides; the problems of both at once."""
    opened, problems = {}, list[Problem]()
    for side, given in paths.items():
        try:
            uploads = [_upload(file) for path in given for file in _files(path)]
            opened[side] = open_side(uploads, folder)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return opened


def _files(path: Path) -> Sequence[Path]:
    """A file, or the files of a folder by name."""
    try:
        if not path.is_dir():
            return [path]
        found = sorted(one for one in path.iterdir() if one.is_file() and one.name[0] != ".")
    except OSError as error:
        raise _unreadable(path, error) from None
    if not 0 < len(found) <= _MOST_FILES:
        expected, details = "a folder with 1 to {limit} files", {"limit": _MOST_FILES}
        raise DataError([Problem(shorten(str(path)), None, None, None, expected, details)])
    return found


def _upload(path: Path) -> Upload:
    try:
        if not path.is_file():  # a device has no end
            raise FileNotFoundError(2, "no such file")
        with path.open("rb"):
            pass
    except OSError as error:
        raise _unreadable(path, error) from None
    return Upload(path, path.name)


def _unreadable(path: Path, error: OSError) -> DataError:
    expected, details = (
        "a file that can be read ({reason})",
        {"reason": error.strerror or "unreadable"},
    )
    return DataError([Problem(shorten(str(path)), None, None, None, expected, details)])


def _plain(matched: Matched, sides: dict[str, Parts]) -> Plain:
    """The figures of a matching."""
    units = matched.units
    return {
        "accounts": {side: _account(matched, side, sides[side]) for side in SIDES},
        "found": matched.found,
        "nowhere": {
            kind.removesuffix("_nowhere"): int(units[kind].sum())
            for kind in BOTH_FLAGS
            if kind.endswith("_nowhere") and units[kind].notna().all()
        },
        "warnings": [
            {"kind": one.kind, "text": str(one), "blocks": one.blocks} for one in matched.cautions
        ],
        "unreadable": _unread_rows(matched),
        "unknown_units": _unknown(matched),
        "offer": _offer(matched),
        "all_clear": matched.all_clear,
    }


def _unread_rows(matched: Matched) -> list[Plain]:
    """The first rows that can't be read: where, what stands there and why it can't be."""
    rows = matched.table("unreadable", limit=_MOST_EXAMPLES)
    names = matched.files
    found = []
    for row in rows.to_dict("records"):
        value = row["value"] if isinstance(row["value"], str) else None
        column = row["column"] if isinstance(row["column"], str) else None
        file = row.get("file") or next(iter(names[row["list"]]))
        found.append(
            {
                "list": row["list"],
                "file": file,
                "line": int(row["line"]),
                "column": column,
                "value": value,
                "why": WORDS[row["reason"]][1] if row["reason"] in WORDS else row["reason"],
            }
        )
    return found


def _unknown(matched: Matched) -> list[Plain]:
    """Units that are not among those of the dataset, as the lists write them."""
    rows = matched.unknown.head(_MOST_EXAMPLES).to_dict("records")
    return [
        {
            "unit": row["unit_in_file"],
            "why": WORDS[row["problem"]][1],
            **{side: int(row[side]) for side in SIDES},
        }
        for row in rows
    ]


def _account(matched: Matched, side: str, parts: Parts) -> dict[str, Any]:
    counts = {str(name): int(count) for name, count in matched.accounts.T[side].to_dict().items()}
    period = matched.periods[side]
    dossiers = sum(counts[name] for name in ("both", "one_side", "undecided", "outside"))
    return {
        "files": [source.name for source, _ in parts],
        "columns": [mapping.used for _, mapping in parts],
        "period": None if period is None else [f"{period.first}", f"{period.last}"],
        "dossiers": dossiers,
        **counts,
    }


def _offer(matched: Matched) -> dict[str, Any] | None:
    offer = matched.offer
    if offer is None:
        return None
    return {
        "rules": list(offer.rules),
        "provincial": offer.provincial,
        "national": offer.national,
        "count": offer.count,
    }


def match_lines(answer: Plain) -> list[str]:
    """The answer as short lines of text."""
    lines = [f"warning: {one['text']}" for one in answer["warnings"]]
    for row in answer["unreadable"]:
        column = f", column {row['column']}" if row["column"] else ""
        value = f"{row['value']!r}: " if row["value"] else ""
        lines.append(f"unreadable: {row['file']}, line {row['line']}{column}: {value}{row['why']}")
    for row in answer["unknown_units"]:
        count = row["provincial"] + row["national"]
        lines.append(f"unknown unit: {row['unit']!r}: {row['why']} ({count} dossiers)")
    for side, account in answer["accounts"].items():
        rest = ", ".join(
            f"{name.replace('_', ' ')} {value}"
            for name, value in account.items()
            if isinstance(value, int) and value and name not in ("rows", "dossiers")
        )
        lines.append(f"{side}: {account['rows']} rows, {account['dossiers']} dossiers ({rest})")
    found = {name: count for name, count in answer["found"].items() if count}
    lines += [f"{name.replace('_', ' ')}: {count}" for name, count in found.items()]
    clear = "nothing differs" if answer["all_clear"] else "not all clear"
    return [*lines, clear]
