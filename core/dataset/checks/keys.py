"""A fact stands once in a table, and what a table names is there."""

import pandas as pd

from core.problems import Problem


def repeated(
    file: str,
    frame: pd.DataFrame,
    key: list[str],
    column: str,
    expected: str = "each fact once; line {line} has it already",
) -> list[Problem]:
    """Two rows for the same fact: the later one is named, with the line of the first."""
    complete = frame[frame[column].notna()].reset_index(names="line")
    complete["first"] = complete.groupby(key, dropna=False)["line"].transform("first")
    again = complete[complete.duplicated(key)]
    return [
        Problem(file, int(line), column, str(value), expected, {"line": int(first)})
        for line, first, value in zip(again["line"], again["first"], again[column], strict=True)
    ]


def unknown(
    file: str, frame: pd.DataFrame, column: str, known: set[str], expected: str
) -> list[Problem]:
    """Cells that name what is not `known`; `expected` says what they should name."""
    cells = frame[column].dropna()
    return [
        Problem(file, int(str(line)), column, str(value), expected)
        for line, value in cells[~cells.isin(known)].items()
    ]


def contradicting(rows: pd.DataFrame, key: list[str], figure: str) -> list[Problem]:
    """Two figures of one province on one date: the later row is named, with the line of the first.

    One row may give its total and another its rank.
    """
    known = rows[rows[figure].notna()].reset_index(names="line")
    groups = known.groupby(key)
    known["first"] = groups["line"].transform("first")
    known["said"] = groups[figure].transform("first")
    expected = "one {figure} of {province} on a date; line {line} says {said}"
    return [
        Problem(
            "field.csv",
            int(row["line"]),
            figure,
            f"{row[figure]:g}",
            expected,
            {
                "figure": figure,
                "province": row["province"],
                "line": int(row["first"]),
                "said": f"{row['said']:g}",
            },
        )
        for _, row in known[known[figure] != known["said"]].iterrows()
    ]
