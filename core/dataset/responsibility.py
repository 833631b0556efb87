"""Who can move a component where it is not who its roll-up says: the rows of `responsibility.csv`.

It is the one place that says so: `load_dataset` puts it into the rules (`RuleSet.who`), and levers,
goal seek, sensitivity, the command line and the screen all read it there.
"""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from core.dataset.rules_csv import load_rules
from core.dataset.schema import SOURCES
from core.dataset.tables import read_table
from core.index.rules import MOVERS, RuleSet
from core.problems import DataError, Problem

FILE = "responsibility.csv"
_TEXT = pa.Column(str)
RESPONSIBILITY = pa.DataFrameSchema(
    {
        "rule_set": _TEXT,
        "component": _TEXT,
        "who": pa.Column(str, pa.Check.isin(MOVERS, error=f"one of {', '.join(MOVERS)}")),
        "source": _TEXT,
        "note_vi": _TEXT,
        "note_en": _TEXT,
    }
)


def load_responsibility(data: Path) -> pd.DataFrame:
    """The rows of the file in the folder `data`, where the rules and shared sources are too.

    Columns `rule_set`, `component`, `who`, `source`, `note_vi` and `note_en`. Raises DataError.
    """
    sources, problems = read_table(data / "sources.csv", SOURCES)
    rows, found = read_responsibility(data, load_rules(data / "rules.csv"), set(sources["source"]))
    if problems + found:
        raise DataError(problems + found)
    return rows


def read_responsibility(
    data: Path, rule_sets: dict[str, RuleSet], sources: set[str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of the file and everything that is wrong with them."""
    rows, problems = read_table(data / FILE, RESPONSIBILITY)
    return rows, problems or _unknown(rows, rule_sets, sources)


def named_movers(rows: pd.DataFrame, rule_set: str) -> dict[str, str]:
    """Who moves the components that the rows name, for one rule set."""
    found = rows[rows["rule_set"] == rule_set]
    return dict(zip(found["component"], found["who"], strict=True))


def _unknown(rows: pd.DataFrame, rule_sets: dict[str, RuleSet], sources: set[str]) -> list[Problem]:
    """Rows that name what does not exist, or a component twice."""
    found = []
    rows = rows.assign(twice=rows.duplicated(["rule_set", "component"]))
    for index, row in rows.iterrows():
        line, rules = int(str(index)), rule_sets.get(row["rule_set"])
        if rules is None:
            details: dict[str, object] = {"names": ", ".join(rule_sets)}
            expected = "one of {names}"
            found.append(Problem(FILE, line, "rule_set", row["rule_set"], expected, details))
        elif row["component"] not in rules.components:
            expected = "a component of the rules"
            found.append(Problem(FILE, line, "component", row["component"], expected))
        elif row["twice"]:
            expected = "every component once in a rule set"
            found.append(Problem(FILE, line, "component", row["component"], expected))
        if row["source"] not in sources:
            expected = "a source of sources.csv"
            found.append(Problem(FILE, line, "source", row["source"], expected))
    return found
