"""What levers are worth, as tables: by unit, kind of unit, level, and for the whole province."""

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE
from core.levers import tables as lever_tables
from core.levers.leverage import Leverage
from pages.parts.goalseek.common import measure
from pages.parts.shared import named as shared_named
from pages.parts.shared import tables
from pages.parts.shared.named import called, columns_of, named, placed, rows_of, with_partners
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.names import level_name, unit_names
from pages.parts.words.text import t


def components(lever: Leverage) -> pd.DataFrame:
    """`lever_tables.components`, the largest loss first."""
    table = lever_tables.components(lever)
    return table.sort_values("lost", ascending=False, ignore_index=True)


def rows(lever: Leverage, scope: str) -> pd.DataFrame:
    """What can still bring points, the most first: `where` it is, `component`, `recoverable` and
    what the table of the scope needs. Only levers of units, but for the whole province all."""
    if scope == "province":
        found = components(lever).assign(where="")
    elif scope == "unit":
        found = lever_tables.strongest(lever)
        found = found.assign(where=placed(found["unit"]))
    else:
        found = lever_tables.by_scope(lever, _labels(lever, scope))
        found = found.assign(where=found["scope"])
    if scope != "province":
        rules = lever.baseline.rules
        whose = dict(zip(rules.components, rules.who, strict=True))
        found = found[found["component"].map(whose) == "units"]
    found = found[found["recoverable"] > 0]
    return found.sort_values("recoverable", ascending=False, kind="stable", ignore_index=True)


def _labels(lever: Leverage, scope: str) -> list[str]:
    """The scope of each unit, as it is called; the province's own label stands for nothing."""
    base = lever.baseline
    if scope == "level":
        return [level_name(level) for level in base.level]
    names = unit_names(session.case().dataset)
    kinds = (lever_tables.unit_kind(names[unit]) for unit in base.units)
    return [kind.capitalize() if kind else t("Other units") for kind in kinds]


def about(heading: str) -> str:
    """A heading, marked where the parts of units in the province are estimated."""
    return text.estimated(heading, measure(True).estimated)


def per_point() -> str:
    """The heading of points a percentage point."""
    return about(t("Points per percentage point"))


def per_thousand() -> str:
    """The heading of points per 1,000 dossiers."""
    return about(t("Points per 1,000 dossiers"))


def small() -> tuple[str, ...]:
    """The headings of small numbers, shown to four places. Points at 100% have two, as they have
    in the chart above."""
    plain = t("Points per percentage point"), t("Points per 1,000 dossiers")
    return (*plain, *(about(heading) for heading in plain))


def frame(lever: Leverage, found: pd.DataFrame, scope: str) -> pd.DataFrame:
    """The table of a scope; columns about which nothing is known are left out."""
    if scope == "province":
        table = _province(lever, found)
    elif scope == "unit":
        table = _units(lever, found)
    else:
        table = pd.DataFrame(
            {
                t("Kind") if scope == "kind" else t("Level"): found["where"],
                t("Lever"): with_partners(found["component"]),
                t("Units"): found["units"].astype(float),
                about(t("Part of the province's dossiers, %")): 100 * found["weight"],
                per_point(): found["per_point"],
                about(t("Points at 100%")): found["recoverable"],
                t("Dossiers left"): found["dossiers_left"],
            }
        )
    return table.dropna(axis="columns", how="all")


def _units(lever: Leverage, found: pd.DataFrame) -> pd.DataFrame:
    base = lever.baseline
    at_unit = np.array(rows_of(found["unit"]), dtype=int)
    at_column = np.array(columns_of(found["component"]), dtype=int)
    alone = lever.to_cap[at_unit, at_column]
    reachable = alone <= lever.room[at_unit, at_column] + TOLERANCE
    return pd.DataFrame(
        {
            t("Unit"): found["where"],
            t("Lever"): with_partners(found["component"]),
            t("Rate, %"): 100 * found["rate"],
            about(t("Points at 100%")): found["recoverable"],
            per_point(): found["per_point"],
            per_thousand(): found["per_thousand"],
            t("Dossiers left"): found["dossiers_left"],
            about(t("Part of what the province lacks, %")): 100 * found["part"],
            about(t("Rise that alone reaches the maximum points, %")): np.where(
                reachable, 100 * alone, np.nan
            ),
            t("Province to the maximum points, %"): 100 * lever.headroom[at_column],
            t("Source of the rate"): called(tables.status_name, base.status[at_unit, at_column]),
            t("Level"): called(level_name, (base.level[row] for row in at_unit)),
        }
    )


def brief() -> tuple[str, ...]:
    """The columns of units that paper has room for."""
    points, part = about(t("Points at 100%")), about(t("Part of what the province lacks, %"))
    return t("Unit"), t("Lever"), t("Rate, %"), points, t("Dossiers left"), part


def _province(lever: Leverage, found: pd.DataFrame) -> pd.DataFrame:
    columns = columns_of(found["component"])
    return pd.DataFrame(
        {
            t("Lever"): named(found["component"]),
            t("Who can win it back"): found["who"].map(shared_named.who_name),
            t("Rate, %"): 100 * found["rate"],
            t("Full points from, %"): 100 * found["target"],
            t("Points earned"): found["earned"],
            t("Points lost"): found["lost"],
            t("Points at 100%"): found["recoverable"],
            t("Points per percentage point"): lever.per_point[0, columns],
            t("Points per 1,000 dossiers"): lever.per_thousand[0, columns],
            t("Dossiers left"): lever.dossiers_left[0, columns],
        }
    )
