"""What a component of a province is expected to be before anything is published: `data/priors.csv`.

A row is the mean and standard deviation of a rate over other provinces on one date, with its source
and from how many provinces. `data/make_priors.py` makes the file from boards and component tables.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from core.arrays import Array
from core.dataset.tables import read_table
from core.index.rules import RuleSet
from core.problems import Problem

NOTHING_KNOWN = (0.5, float(1 / np.sqrt(12)))
"""Mean and standard deviation of a rate that may be anything from 0 to 1."""
PRIORS = pa.DataFrameSchema(
    {
        "rule_set": pa.Column(str),
        "component": pa.Column(str),
        "date": pa.Column("datetime64[ns]"),
        "mean": pa.Column(float, pa.Check.in_range(0, 1, error="a fraction from 0 to 1")),
        "sd": pa.Column(float, pa.Check.in_range(1e-9, 0.5, error="above 0, at most 0.5")),
        "provinces": pa.Column(float, pa.Check.ge(1, error="a count of 1 or more")),
        "source": pa.Column(str),
        "note": pa.Column(str, nullable=True),
    }
)


@dataclass(frozen=True)
class Prior:
    """Mean and standard deviation (C,) of the province's rates before anything is published."""

    mean: Array
    sd: Array


@dataclass(frozen=True)
class Likely:
    """What a figure beside its components tells of the province's score: about `mean`, at most
    `high` and at least `low`. Which it was is in `why`."""

    mean: float
    sd: float
    low: float = 0.0
    high: float = 100.0
    why: str = ""


def read_priors(data: Path, sources: set[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """The table, and what is wrong with it; empty where `data` has none."""
    path = data / "priors.csv"
    frame, problems = read_table(path, PRIORS)
    if not path.exists():
        return frame, []
    unknown = frame["source"].notna() & ~frame["source"].isin(sources)
    for line, value in frame[unknown]["source"].items():
        expected = "a source of sources.csv"
        problems.append(Problem(path.name, int(str(line)), "source", str(value), expected))
    twice = frame.duplicated(["rule_set", "component", "date"])
    for line, value in frame[twice]["component"].items():
        expected = "every component of a rule set once on a date"
        problems.append(Problem(path.name, int(str(line)), "component", str(value), expected))
    return frame, problems


def prior_at(table: pd.DataFrame, rules: RuleSet, day: object) -> Prior:
    """The prior of each component on a day: straight lines between dates, the nearest outside.

    A component without a row may be anything: a rule set needs no priors to be used.
    """
    mean = np.full(len(rules.components), NOTHING_KNOWN[0])
    sd = np.full(len(rules.components), NOTHING_KNOWN[1])
    own = table[table["rule_set"] == rules.name]
    at = pd.Timestamp(str(day)).toordinal()
    for name, rows in own.groupby("component"):
        if name not in rules.components:
            continue
        rows = rows.sort_values("date")
        days = [date.toordinal() for date in rows["date"]]
        column = rules.index(str(name))
        mean[column] = np.interp(at, days, rows["mean"].to_numpy(float))
        sd[column] = np.interp(at, days, rows["sd"].to_numpy(float))
    return Prior(mean, sd)
