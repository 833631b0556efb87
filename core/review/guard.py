"""A rate that rises because less is counted, not because more is done.

Between two dates of one year counts only grow, so a denominator that falls while the rate rises is
worth a question: a recount, dossiers taken out, or a procedure that was abolished. It is a warning
and never a verdict.

A scenario can't rise this way: volumes are held while rates change, a rate never leaves 0 to 100 %
(`core.scenario`), and what has nothing to count stays as it is.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from core.arrays import Array, Mask
from core.dataset.facts import Dataset, Facts, facts
from core.problems import DataError, Problem

LIST_COLUMNS = ["unit", "component", "against", "done", "of", "now_done", "now_of"]
PERIOD = 0.5  # a list of fewer of the published dossiers is of a shorter time
FALL = 0.05  # a smaller fall of the denominator may be an ordinary correction
EXPECTED = (
    "{component} of {unit} to rise by more done, not by less counted: {before} on {from} became "
    "{after} on {to}, so the denominator fell by {fall}%"
)


def shrunk(before: Facts, after: Facts, fall: float = FALL) -> Mask:
    """(U, C) rates that rise while their denominator falls by more than `fall`.

    The numerator did not rise either. Both facts have the same units and components; what has no
    counts at both times, or nothing left to count, is never flagged.
    """
    return _shrunk(before.numerator, before.denominator, after.numerator, after.denominator, fall)


def _shrunk(done: Array, of: Array, now_done: Array, now_of: Array, fall: float) -> Mask:
    """`done` of `of` that became `now_done` of `now_of`, all of one shape."""
    counted = (now_of > 0) & (of > 0)
    smaller = now_of < (1 - fall) * of
    # products of whole numbers are exact where quotients would round
    rises = now_done * of > done * now_of
    return np.asarray(counted & smaller & rises & (now_done <= done))


def in_lists(dataset: Dataset, counts: pd.DataFrame, fall: float = FALL) -> pd.DataFrame:
    """Rates that are higher in the national portal's list only because it has fewer dossiers.

    `counts` are dossiers by unit (`core.matching.Matched.units`); all together are the province's.
    Columns: `unit`, `component`, `against` what it is compared with ("published", the dataset's own
    figures, or "provincial", the other portal's list), `done` of `of` dossiers there, `now_done` of
    `now_of` in the national list; the province first. Published figures are compared with a list
    that has at least half as many dossiers.
    """
    numbers = counts.drop(columns="name_vi").astype("Float64")
    values = numbers.to_numpy(dtype=float, na_value=np.nan)
    numbers = pd.DataFrame(values, index=counts.index, columns=numbers.columns)
    whole = pd.DataFrame({dataset.meta.province: numbers.sum(min_count=1)}).T
    units = numbers.drop(index=["", dataset.meta.province], errors="ignore")
    table = pd.concat([whole, units])
    known, at = facts(dataset), dataset.units.index.get_indexer(table.index)
    pairs = []
    rules, of_all = dataset.rules, dataset.rules.role("all_dossiers")
    for flag, component in rules.in_lists.items():
        # a list has every dossier; a rate of those with a fee alone is another count
        if (column := rules.index(component)) == of_all:
            published = known.numerator[at, column], known.denominator[at, column]
            pairs.append(("published", flag, component, *published))
    for flag, component in rules.in_lists.items():
        theirs = table[f"provincial_{flag}"].to_numpy(), table["provincial"].to_numpy()
        pairs.append(("provincial", flag, component, *theirs))
    if not pairs:
        return pd.DataFrame(columns=LIST_COLUMNS)
    found = []
    for against, flag, component, done, of in pairs:
        now = table[f"national_{flag}"].to_numpy(), table["national"].to_numpy()
        flagged = _shrunk(done, of, *now, fall)
        if against == "published":
            flagged &= now[1] >= PERIOD * of
        rows = np.flatnonzero(flagged)
        figures = {"done": done, "of": of, "now_done": now[0], "now_of": now[1]}
        names = {"unit": table.index[rows], "component": component, "against": against}
        found.append(pd.DataFrame({**names, **{name: v[rows] for name, v in figures.items()}}))
    return pd.concat(found, ignore_index=True)


def within(dataset: Dataset) -> list[Problem]:
    """What is flagged between neighbouring dates of a dataset, within a year."""
    return [
        problem
        for first, second in _pairs(dataset)
        for problem in _problems(dataset, first, dataset, second)
    ]


def pairs(dataset: Dataset) -> int:
    """How many pairs of neighbouring dates `within` can look at."""
    return len(_pairs(dataset))


def _pairs(dataset: Dataset) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Neighbouring dates with counts, within one year."""
    days = [day for day in dataset.dates if np.isfinite(facts(dataset, day).denominator).any()]
    return [(one, two) for one, two in pairwise(days) if one.year == two.year]


def between(before: Dataset, after: Dataset) -> list[Problem]:
    """What is flagged from one dataset to a later one of the same province and year.

    Raises DataError where the two can't be compared: another province, another year, or not later.
    """
    first, second = before.meta.as_of, after.meta.as_of
    if before.meta.province != after.meta.province:
        expected, details = "a dataset of {province}", {"province": after.meta.province}
        found = Problem("--before", None, "province", before.meta.province, expected, details)
        raise DataError([found])
    if first.year != second.year or first >= second:
        expected = "a date of {year} before {date}: counts start anew each year"
        when = {"year": second.year, "date": f"{second}"}
        raise DataError([Problem("--before", None, "as_of", f"{first}", expected, when)])
    return list(_problems(before, pd.Timestamp(first), after, pd.Timestamp(second)))


def compared(before: Dataset, after: Dataset) -> int:
    """How many rates have counts in both datasets: what `between` could look at."""
    earlier, later = _aligned(before, pd.Timestamp(before.meta.as_of), after), facts(after)
    return int((np.isfinite(earlier.denominator) & np.isfinite(later.denominator)).sum())


def _problems(
    old: Dataset, first: pd.Timestamp, new: Dataset, second: pd.Timestamp
) -> Iterator[Problem]:
    before, after = _aligned(old, first, new), facts(new, second)
    for u, c in np.argwhere(shrunk(before, after)):
        unit, component = str(new.units.index[u]), new.rules.components[c]
        less = 1 - after.denominator[u, c] / before.denominator[u, c]
        details = {
            "unit": str(new.units["name_vi"].iloc[u]),
            "component": component,
            "before": _fraction(before, u, c),
            "after": _fraction(after, u, c),
            "from": f"{first:%Y-%m-%d}",
            "to": f"{second:%Y-%m-%d}",
            "fall": f"{100 * less:.0f}",
        }
        line = _line(new, second, unit, component)
        value = f"{after.denominator[u, c]:.0f}"
        yield Problem("observations.csv", line, "denominator", value, EXPECTED, details)


def _aligned(old: Dataset, day: pd.Timestamp, new: Dataset) -> Facts:
    """The facts of one dataset in the rows and columns of another; NaN for what it lacks."""
    found = facts(old, day)
    if old is new:
        return found
    units, components = new.units.index, list(new.rules.components)

    def wide(values: Array) -> Array:
        frame = pd.DataFrame(values, index=old.units.index, columns=list(old.rules.components))
        return frame.reindex(index=units, columns=components).to_numpy(dtype=float)

    shape = (len(units), len(components))
    return Facts(
        rate=wide(found.rate),
        numerator=wide(found.numerator),
        denominator=wide(found.denominator),
        points=wide(found.points),
        group_points=np.full((shape[0], found.group_points.shape[1]), np.nan),
        total=np.full(shape[0], np.nan),
        no_data=np.zeros(shape, dtype=bool),
    )


def _fraction(found: Facts, u: int, c: int) -> str:
    return f"{found.numerator[u, c]:.0f}/{found.denominator[u, c]:.0f}"


def _line(dataset: Dataset, day: pd.Timestamp, unit: str, component: str) -> int:
    rows = dataset.observations
    same = (rows["as_of"] == day) & (rows["unit"] == unit) & (rows["component"] == component)
    return int(rows.index[same & (rows["portal"] == "national")][0])
