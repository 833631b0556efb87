"""The units of a dataset: one province, all others below it, with their shares of its dossiers."""

import pandas as pd

from core.dataset.checks.keys import repeated
from core.dataset.schema import Meta
from core.problems import Problem


def unit_tree(meta: Meta, units: pd.DataFrame) -> list[Problem]:
    """One province without a parent, every other unit below it without a circle."""
    found = repeated("units.csv", units, ["unit"], "unit")
    codes = set(units["unit"].dropna())
    if meta.province not in codes:
        found.append(
            Problem("dataset.toml", None, "province", meta.province, "a unit of units.csv")
        )
    parents = dict(zip(units["unit"], units["parent"], strict=True))
    rows = zip(units.index, units["unit"], units["level"], units["parent"], strict=True)
    for line, unit, level, above in rows:
        is_province = unit == meta.province
        place = ("units.csv", int(line))
        parent = None if pd.isna(above) else str(above)
        if is_province != (level == "province"):
            expected = "the level province for {province} and for no other unit"
            found.append(
                Problem(*place, "level", str(level), expected, {"province": meta.province})
            )
        if is_province and parent:
            found.append(Problem(*place, "parent", parent, "no parent for the province"))
        elif not is_province and parent is None:
            found.append(Problem(*place, "parent", "", "the code of the unit above"))
        elif not is_province and parent not in codes:
            found.append(Problem(*place, "parent", parent, "a unit of units.csv"))
        elif not is_province and _circular(str(unit), parents):
            found.append(Problem(*place, "parent", parent, "a parent that is not below this unit"))
    return found


def _circular(unit: str, parents: dict[str, object]) -> bool:
    seen = {unit}
    above = parents.get(unit)
    while isinstance(above, str) and above in parents:
        if above in seen:
            return True
        seen.add(above)
        above = parents[above]
    return False


def top_shares(units: pd.DataFrame, province: str) -> list[Problem]:
    """Shares of the province's dossiers: with a source, and at most all of them."""
    found = []
    unsourced = units[units["volume_share"].notna() & units["volume_source"].isna()]
    for line, row in unsourced.iterrows():
        value = f"{float(row['volume_share']):g}"
        found.append(
            Problem("units.csv", int(str(line)), "volume_share", value, "a volume_source with it")
        )
    total = units.loc[units["parent"] == province, "volume_share"].sum()
    return found + _more_than_all("units.csv", total)


def component_shares(volumes: pd.DataFrame, units: pd.DataFrame, province: str) -> list[Problem]:
    """Shares of the dossiers of one component: at most all of them."""
    top = volumes["unit"].isin(units.loc[units["parent"] == province, "unit"])
    totals = volumes[top].groupby("component")["volume_share"].sum()
    return [found for total in totals for found in _more_than_all("volumes.csv", total)]


def _more_than_all(file: str, total: float) -> list[Problem]:
    if total <= 1 + 1e-6:
        return []
    expected = "shares of the units below the province of at most 1, they sum to {total}"
    return [Problem(file, None, "volume_share", None, expected, {"total": f"{total:.4f}"})]
