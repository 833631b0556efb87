"""`rates PROVINCIAL NATIONAL`: the rates that two lists of dossiers tell, as a dataset's folder."""

import argparse
import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from core.cli import dossier_lists
from core.cli.answers import Plain
from core.dataset.facts import Dataset
from core.dossiers.results.matched import Matched
from core.imports.folder.keys import toml_text
from core.imports.folder.write import put_folder, table
from core.index.rules import GROUPS
from core.problems import DataError, Problem
from core.review.listed import beside_published, rates_from_lists

_UNIT_COLUMNS = ("unit", "name_vi", "level", "parent", "volume_share", "volume_source")
_ROW = (
    "as_of", "unit", "component", "portal", "numerator", "denominator", "rate_percent", "points",
    "source", "note",
)  # fmt: skip
_KEPT = ("province", "field_name", "rule_set", "field_size")
_EMPTY = {
    "targets.csv": "due,level,unit,component,rate_percent,source,note\n",
    "field.csv": f"date,period,province,{','.join(GROUPS)},total,rank,mean_total,source,note\n",
}


def add_rate_arguments(made: argparse.ArgumentParser) -> None:
    """The options of `rates`: those of `match`, and where the dataset goes."""
    dossier_lists.add_arguments(made)
    made.add_argument("--to", type=Path, required=True, help="the new dataset's folder")
    about = "YYYY-MM-DD, the day of the figures; the lists' last day where not said"
    made.add_argument("--as-of", type=dt.date.fromisoformat, help=about)


def rates_answer(dataset: Dataset, options: argparse.Namespace) -> Plain:
    """Match the lists, and write what they tell. Raises DataError, with nothing written."""
    if options.to.exists():
        expected = "a folder that is not there yet"
        raise DataError([Problem("--to", None, None, str(options.to), expected)])
    with dossier_lists.matched_lists(dataset, options) as (matched, _):
        rates = rates_from_lists(dataset, matched.rates)
        day = options.as_of or _last_day(matched)
        files = _files(dataset, rates, day, matched)
        put_folder(files, options.to)
        warnings = [str(one) for one in matched.cautions]
        found = matched.found
    return {
        "folder": str(options.to),
        "as_of": f"{day}",
        "observations": len(rates),
        "undecided": found["undecided"],
        "rates": beside_published(dataset, rates).to_dict("records"),
        "warnings": warnings,
    }


def rate_lines(answer: Plain) -> list[str]:
    """The answer as short lines of text."""
    lines = [f"warning: {text}" for text in answer["warnings"]]
    for row in answer["rates"]:
        told = f"{row['numerator']} of {row['denominator']} ({_percent(row)})"
        known = row["published_denominator"]
        beside = (
            "not published" if known is None else f"{row['published_numerator']:g} of {known:g}"
        )
        lines.append(f"{row['component']}, {row['portal']}: {told}; published: {beside}")
    written = f"{answer['folder']}: {answer['observations']} figures as of {answer['as_of']}"
    return [*lines, written]


def _percent(row: dict[str, Any]) -> str:
    return f"{100 * row['numerator'] / row['denominator']:.2f} %"


def _last_day(matched: Matched) -> dt.date:
    ends = [period.last for period in matched.periods.values() if period is not None]
    if not ends:
        expected = "the day of the figures: the lists have no dates"
        raise DataError([Problem("--as-of", None, None, None, expected)])
    return max(ends)


def _files(dataset: Dataset, rates: Any, day: dt.date, matched: Matched) -> dict[str, str]:
    keys = tomllib.loads((dataset.path / "dataset.toml").read_text(encoding="utf-8"))
    name = dataset.field_name
    day_vi, day_en = f"{day.day}/{day.month}/{day.year}", f"{day.day} {day:%b} {day.year}"
    kept = {key: keys[key] for key in _KEPT if key in keys}
    start = dt.date(day.year, 1, 1)
    kept["period_start"] = keys["period_start"] if keys["period_start"].year == day.year else start
    kept["horizons"] = [{"key": "year_end", "date": dt.date(day.year, 12, 31)}]
    named = {"name_vi": f"{name}, danh sách hồ sơ đến {day_vi}",
             "name_en": f"{name}, lists of dossiers until {day_en}"}  # fmt: skip
    source = f"lists-{day}"
    title = "Danh sách hồ sơ: " + "; ".join(
        f"{side}: {', '.join(names)}" for side, names in matched.files.items()
    )
    units = dataset.units.reset_index().reindex(columns=list(_UNIT_COLUMNS)).astype(object)
    units[["volume_share", "volume_source"]] = None
    rows = (
        (day, row.unit, row.component, row.portal, row.numerator, row.denominator, "", "", source,
         "counted in lists of dossiers")
        for row in rates.itertuples()
    )  # fmt: skip
    return {
        "dataset.toml": toml_text(named | kept | {"as_of": day}),
        "units.csv": table(_UNIT_COLUMNS, units.where(units.notna(), "").to_numpy()),
        "observations.csv": table(_ROW, rows),
        "sources.csv": table(("source", "title", "publisher", "date", "url"),
                             [(source, title, "", day, "")]),
        **_EMPTY,
    }  # fmt: skip
