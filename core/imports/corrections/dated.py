"""A step of corrections on the dated boards: its row among the loads, and what it states anew."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from core.dataset import schema
from core.dataset.facts import Dataset
from core.dataset.kept.loads import LOADS_FILE, RESTATED, loads_of, view_of
from core.imports.corrections.rows import RowChange
from core.imports.corrections.trace import Signed
from core.imports.folder.history import with_row
from core.imports.folder.onto import rows_of, text_of
from core.text import clean_text

FIGURES_FILE = "observations.csv"


def stamp(when: dt.datetime) -> str:
    """A moment as the loads have it, in UTC."""
    return f"{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def with_dates(
    files: Mapping[str, str], before: Dataset, changes: Sequence[RowChange], signed: Signed
) -> dict[str, str]:
    """The files with one row more among the loads for each day whose figures change (the newest day
    where none do), and with the old figures among those restated. Raises DataError where the loads
    can't be read."""
    at, loaded = stamp(signed.when), loads_of(before)
    by_day: dict[str, list[RowChange]] = defaultdict(list)
    for change in changes:
        if change.file == FIGURES_FILE:
            by_day[(change.after or change.before or {})["as_of"].strip()].append(change)
    made = dict(files)
    loads = made.get(LOADS_FILE, "")
    for day, some in sorted(by_day.items()) or [(f"{before.meta.as_of}", [])]:
        rows = [change.after or change.before or {} for change in some]
        told = [one.after or one.before or {} for one in some or changes]
        sources = [row["source"] for row in told if row.get("source")]
        loads = with_row(
            loads,
            at=at,
            as_of=day,
            period=view_of(before, pd.Timestamp(day), loaded),
            source=sources[0] if sources else clean_text(signed.source),
            files=[signed.source],
            units=len({row["unit"] for row in rows}),
            figures=len(some),
            restated=sum(change.before is not None for change in some),
        )
    made[LOADS_FILE] = loads
    old = [one.before for some in by_day.values() for one in some if one.before is not None]
    if old:
        name = RESTATED + FIGURES_FILE
        kept, _ = rows_of(made.get(name, ""))
        more = [{"loaded_at": at, **row} for row in old]
        made[name] = text_of([*kept, *more], ["loaded_at", *schema.OBSERVATIONS.columns])
    return made
