"""Boards of provinces: what makes one full, and how a province is recognised on it."""

import re

import pandas as pd

from core.text import fold

_KIND = re.compile(r"^(?:thành phố\s+|tỉnh\s+|tp\.\s*|tp\s+)", re.IGNORECASE)
_COMMITTEE = re.compile(r"^(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+", re.IGNORECASE)
_MARKS = re.compile(r"[^a-z0-9]")


def plain_name(name: str) -> str:
    """A province's name without "thành phố", "TP" or "tỉnh": boards write them now and then."""
    return _KIND.sub("", name)


def own_name(unit: str) -> str:
    """How boards call the province whose unit has this name: `UBND tỉnh Phú Thọ` is `Phú Thọ`."""
    return plain_name(_COMMITTEE.sub("", unit))


def province_key(name: object) -> str:
    """What a province is recognised by: its plain name without accents, case, space and marks.

    `TP.Hải Phòng`, `Thành phố Hải Phòng` and `Hải Phòng` are one; so are `Thanh Hoá` and `Thanh
    Hóa`. Empty where there is no name.
    """
    return _MARKS.sub("", fold(plain_name(name))) if isinstance(name, str) else ""


def full_boards(rows: pd.DataFrame, size: int) -> pd.DataFrame:
    """The year-to-date totals of dates that have at least `size` provinces, a column `key` added.

    `rows` is a field table. A date with fewer provinces holds single figures and is no board.
    """
    known = rows["province"].fillna("").ne("") & rows["total"].notna()
    if "period" in rows:
        known &= rows["period"].fillna("year_to_date").eq("year_to_date")
    totals = rows[known].assign(key=rows.loc[known, "province"].map(province_key))
    return totals[totals.groupby("date")["key"].transform("nunique") >= size]


def board_rows(rows: pd.DataFrame, size: int) -> pd.DataFrame:
    """The rows of a field table that are history of the whole field: full boards and means."""
    return rows.loc[rows["mean_total"].notna() | rows.index.isin(full_boards(rows, size).index)]
