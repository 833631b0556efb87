"""The figures of a matching as its reader gets them, from what was told of its rows."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.dossiers import queries as sql
from core.dossiers.judging.choices import Choices
from core.dossiers.queries import SIDES
from core.dossiers.results.judge import Judged, tell
from core.dossiers.results.matched import Matched
from core.dossiers.results.pairing import Frame, Lists
from core.dossiers.results.told import Told

FLAGS = ("digitized", "paid")
_HOME = re.compile(r"(H\d\d)(?:\.|$)")


def sum_up(
    folder: Path,
    told: Told,
    judged: Judged,
    lists: Lists,
    frame: Frame,
    choices: Choices,
    left_out: Sequence[str],
) -> Matched:
    """What became of two lists, whose rows are in `folder`."""
    accounts = told["accounts"].drop_columns("list").to_pandas().set_index(pd.Index(SIDES))
    mapped = {side: set.intersection(*(set(m.used) for _, m in lists[side])) for side in SIDES}
    compared = tuple(flag for flag in FLAGS if all(flag in mapped[side] for side in SIDES))
    units = told["units"].to_pandas().set_index("unit").convert_dtypes()
    for flag in FLAGS:
        unmapped = [f"{side}_{flag}" for side in SIDES if flag not in mapped[side]]
        units[unmapped] = pd.NA
        if flag not in compared:
            units[[kind for kind in sql.BOTH_FLAGS if flag in kind]] = pd.NA
    rates = told["rates"].to_pandas().set_index("unit").convert_dtypes()
    for side in SIDES:
        for flag in FLAGS:
            if flag not in mapped[side]:
                rates[[f"{side}_{flag}", f"{side}_{flag}_of"]] = pd.NA
    home = {
        found[1] if (found := _HOME.match(code)) else "" for code, _ in frame.units if code != ""
    }
    return Matched(
        folder,
        accounts,
        units,
        told["reasons"].to_pandas(),
        told["unknown"].to_pandas(),
        compared,
        judged.periods,
        judged.offer,
        choices,
        tell(told, home, lists, accounts, judged, choices, compared, left_out),
        {side: tuple(source.name for source, _ in lists[side]) for side in SIDES},
        rates,
    )
