"""The loads of a dataset: what came when, and which figures a later load stated anew."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from core.dataset import schema
from core.dataset.facts import Dataset
from core.dataset.tables import read_table
from core.problems import DataError

YEAR_VIEW, QUARTER_VIEW, MONTH_VIEW = VIEWS = ("year", "quarter", "month")
LOADS_FILE = "loads.csv"
TRACE_FILE = "corrections.csv"  # of what people changed, see `core/imports/corrections/trace.py`
RESTATED = "restated_"
"""Before the name of a table: its rows as they were before a later load stated them anew."""

_COUNT = pa.Check.ge(0, error="a count of 0 or more")
LOADS = pa.DataFrameSchema(
    {
        "loaded_at": pa.Column(str),  # UTC, as 2026-10-12T01:30:00Z
        "as_of": pa.Column("datetime64[ns]"),
        "period": pa.Column(str, pa.Check.isin(VIEWS, error=f"one of {', '.join(VIEWS)}")),
        "source": pa.Column(str),
        "files": pa.Column(str, nullable=True),
        "units": pa.Column(float, _COUNT),
        "figures": pa.Column(float, _COUNT),
        "restated": pa.Column(float, _COUNT),
    }
)
RESTATED_OBSERVATIONS = pa.DataFrameSchema(
    {"loaded_at": pa.Column(str), **schema.OBSERVATIONS.columns}
)


def loads_of(dataset: Dataset) -> pd.DataFrame:
    """The loads (`LOADS`), oldest first; none of a dataset that came with the program.

    Raises DataError where the file can't be read.
    """
    return _kept(dataset.path / LOADS_FILE, LOADS)


def restated_rows(dataset: Dataset) -> pd.DataFrame:
    """Observations as they were before a later load, with when that was. Raises DataError."""
    return _kept(dataset.path / f"{RESTATED}observations.csv", RESTATED_OBSERVATIONS)


def view_of(dataset: Dataset, day: pd.Timestamp, loaded: pd.DataFrame) -> str:
    """What the figures of a day count: as its load says, else as the dataset does."""
    said = loaded.loc[loaded["as_of"] == day, "period"]
    return str(said.iloc[-1]) if len(said) else dataset_view(dataset.meta)


def dataset_view(meta: schema.Meta) -> str:
    """What a dataset's figures count: a year, a quarter or a month."""
    if meta.counting == "month":
        return MONTH_VIEW
    start = meta.period_start
    return YEAR_VIEW if (start.day, start.month) == (1, 1) else QUARTER_VIEW


def _kept(path: Path, table: pa.DataFrameSchema) -> pd.DataFrame:
    frame, problems = read_table(path, table)
    if problems and path.exists():
        raise DataError(problems)
    return frame
