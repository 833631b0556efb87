"""What is earned, what is lost, and who can win it back (model of the index, section 1).

What is lost of a component is `max_points - points`. Units can win it back where their figures add
up to the province's, else the province can, unless the rules name who else (`RuleSet.who`).
"""

import numpy as np
import pandas as pd

from core.arrays import Array
from core.index.rollup import PROVINCE, Baseline, Status, score
from core.index.rules import MOVERS
from core.levers.leverage import leverage
from core.rounding import parts_of

WHO = MOVERS


def losses(baseline: Baseline) -> pd.DataFrame:
    """What the province earns and loses: a row a component.

    Columns: `item` (a component), `group`, `who`, `most` points there are, `earned` and `lost` of
    them, `estimated` (bool), `rate` and `target` (fractions). The earned points sum to the score.
    """
    rules, outcome = baseline.rules, score(baseline, baseline.rate)
    scored = np.flatnonzero(baseline.carried[PROVINCE])
    group = np.array(rules.groups, dtype=object)
    table = pd.DataFrame(
        {
            "item": [rules.components[c] for c in scored],
            "group": group[rules.group_index[scored]],
            "who": [rules.who[c] for c in scored],
            "most": rules.max_points[scored],
            "earned": outcome.points[PROVINCE, scored],
            "estimated": baseline.status[PROVINCE, scored] == Status.ESTIMATED,
            "rate": baseline.rate[PROVINCE, scored],
            "target": rules.target_rate[scored],
        }
    )
    table.insert(5, "lost", table["most"] - table["earned"])
    return table


def as_shown(table: pd.DataFrame) -> pd.DataFrame:
    """`losses` with `earned` and `lost` as they are shown, to two places: the components add up to
    their groups, the groups to the score, and earned and lost to the points there are. Whatever
    is summed of these rows then agrees with every other sum of them."""
    groups = table.groupby("group", sort=False)["earned"]
    whole = parts_of(float(table["earned"].sum()), list(groups.sum()))
    shown = [
        pd.Series(parts_of(points, list(rows)), rows.index)
        for points, (_, rows) in zip(whole, groups, strict=True)
    ]
    earned = pd.concat(shown).reindex(table.index)
    return table.assign(earned=earned, lost=(table["most"] - earned).round(2))


def loss_by_group(table: pd.DataFrame, groups: tuple[str, ...]) -> pd.DataFrame:
    """Points of each group, indexed by `groups`: `known` and `estimated` of what is earned, then
    what is lost by who can win it back, a column each of `WHO`. A row sums to the group's points.
    """
    kind = table["estimated"].map({False: "known", True: "estimated"})
    earned = table.groupby(["group", kind])["earned"].sum().unstack()
    lost = table.groupby(["group", "who"])["lost"].sum().unstack()
    whole = pd.concat([earned, lost], axis=1)
    return whole.reindex(index=list(groups), columns=["known", "estimated", *WHO]).fillna(0.0)


def by_who(table: pd.DataFrame) -> dict[str, float]:
    """Points lost by who can win them back, in the order of `WHO`."""
    lost = table.groupby("who")["lost"].sum()
    return {who: float(lost.get(who, 0.0)) for who in WHO}


def largest(baseline: Baseline, table: pd.DataFrame, count: int = 10) -> pd.DataFrame:
    """The rows of `losses` that lose most, the first with most; what loses nothing is left out.

    Adds `unit`, the one directly below the province that alone can win back most of it (empty
    where units can't), the `unit_points` it can (NaN), and whether these are `unit_estimated`.
    """
    rows = table[table["lost"] > 0]
    rows = rows.sort_values(["lost", "item"], ascending=[False, True]).head(count)
    alone = np.where((baseline.parent == PROVINCE)[:, None], leverage(baseline).alone(1.0), 0.0)
    found = [
        _strongest(baseline, alone, str(row["item"]))
        if row["who"] == "units"
        else ("", np.nan, False)
        for _, row in rows.iterrows()
    ]
    names = ["unit", "unit_points", "unit_estimated"]
    strongest = pd.DataFrame(found, columns=names, index=rows.index)
    return rows.join(strongest).reset_index(drop=True)


def by_mover(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `losses` in the order that all pages follow: what units can win back, then the
    province, then ministries; each in the order that they had."""
    order = rows["who"].map({who: place for place, who in enumerate(WHO)})
    return rows.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def _strongest(baseline: Baseline, alone: Array, component: str) -> tuple[str, float, bool]:
    """The unit with most of what each can win back `alone` (U, C), its points, and how sure."""
    column = baseline.rules.index(component)
    points = alone[:, column]
    row = int(points.argmax())
    if points[row] <= 0:
        return "", float("nan"), False
    # where dossiers are not published the unit's part of the province is an assumption
    assumed = bool(np.isnan(baseline.dossiers[row, column]))
    estimated = bool(baseline.status[row, column] == Status.ESTIMATED)
    return baseline.units[row], float(points[row]), assumed or estimated


def capped(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `losses` that earn all there is, so that more moves the score by 0.

    Adds `beyond`, how far the rate is above what already earns everything, the farthest first; and
    `at_100`, the points if only 100 % earned everything.
    """
    rows = table[(table["rate"] >= table["target"])].copy()
    rows["beyond"] = rows["rate"] - rows["target"]
    rows["at_100"] = rows["most"] * rows["rate"]
    return rows.sort_values(["beyond", "item"], ascending=[False, True], ignore_index=True)
