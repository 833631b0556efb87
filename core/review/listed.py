"""Rates that two matched lists of dossiers tell, as figures of a dataset and beside the portal's.

A list tells two kinds of a component (`components.csv`): what it has a column for (`in_lists`), on
the portal of that list, and which of the province's dossiers the national portal has (role `sync`).
Of the other components it tells nothing.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.dataset.facts import Dataset, facts
from core.dataset.schema import PORTALS

COLUMNS_OF_RATES = ("unit", "component", "portal", "numerator", "denominator")


def rates_from_lists(dataset: Dataset, counts: pd.DataFrame) -> pd.DataFrame:
    """Numerators and denominators (COLUMNS_OF_RATES), by unit, the province first.

    `counts` are dossiers by unit, "" for those of none: `both`, `missing`, and for each portal and
    column `<portal>_<column>` of `<portal>_<column>_of` of which the list tells, NA where the lists
    have no such column. A unit counts its own dossiers and those of the units below it; the
    province counts those of no unit too. Dossiers free of charge are not among those to be paid.
    """
    below = _with_parents(dataset, counts)
    rows = [
        (unit, component, portal, done, of)
        for component, portal, done_name, of_name in _told(dataset)
        if done_name in below
        for unit, done, of in zip(below.index, below[done_name], below[of_name], strict=True)
        if pd.notna(done) and pd.notna(of) and of > 0
    ]
    found = pd.DataFrame(rows, columns=list(COLUMNS_OF_RATES))
    return found.astype({"numerator": int, "denominator": int})


def _told(dataset: Dataset) -> Iterator[tuple[str, str, str, str]]:
    """Component, portal, and the columns of `counts` with its numerator and denominator."""
    sync = dataset.rules.role("sync")
    if sync is not None:
        yield dataset.rules.components[sync], "national", "both", "sent_of"
    for column, component in dataset.rules.in_lists.items():
        for portal in PORTALS:
            yield component, portal, f"{portal}_{column}", f"{portal}_{column}_of"


def _with_parents(dataset: Dataset, counts: pd.DataFrame) -> pd.DataFrame:
    numbers = counts.select_dtypes("number").astype("Int64")
    numbers["sent_of"] = numbers["both"] + numbers["missing"]
    total = numbers.reindex(dataset.units.index, fill_value=0).copy()
    parents = dataset.units["parent"]
    for unit in dataset.units.index:
        above, seen = parents[unit], {unit}
        while isinstance(above, str) and above in total.index and above not in seen:
            total.loc[above] += numbers.reindex([unit], fill_value=0).loc[unit]
            seen.add(above)
            above = parents[above]
    if "" in numbers.index:
        total.loc[dataset.meta.province] += numbers.loc[""]
    return total


def beside_published(dataset: Dataset, rates: pd.DataFrame) -> pd.DataFrame:
    """The province's rates with the dataset's own newest ones beside them: `published_numerator`,
    `published_denominator` (NaN where not published)."""
    own = rates[rates["unit"] == dataset.meta.province].drop(columns="unit").reset_index(drop=True)
    row = dataset.units.index.get_loc(dataset.meta.province)
    known = {portal: facts(dataset, portal=portal) for portal in PORTALS}
    for name in ("numerator", "denominator"):
        own[f"published_{name}"] = [
            getattr(known[portal], name)[row, dataset.rules.index(component)]
            for component, portal in zip(own["component"], own["portal"], strict=True)
        ]
    return own.replace({np.nan: None})
