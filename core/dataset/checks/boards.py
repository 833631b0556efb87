"""What must hold between the boards of a field table and the rest of a dataset."""

import pandas as pd

from core.dataset.boards import full_boards, province_key
from core.dataset.schema import Meta
from core.problems import Problem

_FILE = "field.csv"


def check_boards(meta: Meta, rows: pd.DataFrame, own: str) -> list[Problem]:
    """Every full board has the same provinces, `field_size` of them, the `own` one too."""
    boards = full_boards(rows, meta.field_size)
    problems = [*_ranks(meta, rows), *_twice(boards), *_too_many(meta, boards)]
    return problems or [*_other_provinces(boards), *_without_own(boards, own)]


def warn_boards(meta: Meta, rows: pd.DataFrame, own: str) -> list[Problem]:
    """Dates that are no full board beside others that are; a province that no board knows."""
    found = []
    names = rows["province"].dropna()
    if not rows.empty and province_key(own) not in set(names.map(province_key)):
        expected = "the province under the name {name} somewhere in the boards"
        found.append(Problem(_FILE, None, "province", None, expected, {"name": own}))
    full = full_boards(rows, meta.field_size)
    if full.empty:
        return found
    single = full_boards(rows, 1).drop(full.index)
    for day, part in single.groupby("date"):
        details = {"size": meta.field_size, "date": _day(day), "count": len(part)}
        expected = "{size} provinces on {date} for a board; {count} are used as single figures"
        found.append(Problem(_FILE, int(part.index[0]), "date", None, expected, details))
    return found


def _ranks(meta: Meta, rows: pd.DataFrame) -> list[Problem]:
    expected = "a rank of at most {size}, the field_size of dataset.toml"
    return [
        Problem(_FILE, int(str(line)), "rank", f"{rank:g}", expected, {"size": meta.field_size})
        for line, rank in rows["rank"][rows["rank"] > meta.field_size].items()
    ]


def _twice(boards: pd.DataFrame) -> list[Problem]:
    """One province under two spellings on one date; the same spelling twice is found elsewhere."""
    named = boards.reset_index(names="line")
    named["first"] = named.groupby(["date", "key"])["line"].transform("first")
    again = named[named.duplicated(["date", "key"]) & ~named.duplicated(["date", "province"])]
    expected = "each fact once; line {line} has it already"
    return [
        Problem(_FILE, int(line), "province", str(name), expected, {"line": int(first)})
        for line, first, name in zip(again["line"], again["first"], again["province"], strict=True)
    ]


def _too_many(meta: Meta, boards: pd.DataFrame) -> list[Problem]:
    expected = "at most {size} provinces on {date}, the field_size of dataset.toml"
    found = []
    for day, part in boards.drop_duplicates(["date", "key"]).groupby("date"):
        for line, name in part["province"].iloc[meta.field_size : meta.field_size + 1].items():
            details = {"size": meta.field_size, "date": _day(day)}
            found.append(Problem(_FILE, int(str(line)), "province", str(name), expected, details))
    return found


def _other_provinces(boards: pd.DataFrame) -> list[Problem]:
    """Names that the first board does not have, beside those that it has instead."""
    found: list[Problem] = []
    parts = [part for _, part in boards.groupby("date")]
    for part in parts[1:]:
        missing = parts[0].loc[~parts[0]["key"].isin(part["key"]), "province"]
        details = {"names": ", ".join(missing), "date": _day(parts[0]["date"].iloc[0])}
        expected = "a province of the board of {date}, which has {names} in its place"
        for line, name in part.loc[~part["key"].isin(parts[0]["key"]), "province"].items():
            found.append(Problem(_FILE, int(str(line)), "province", str(name), expected, details))
    return found


def _without_own(boards: pd.DataFrame, own: str) -> list[Problem]:
    if not own or boards.empty or province_key(own) in set(boards["key"]):
        return []
    expected = "the province under the name {name} on the full boards; field_name says how"
    return [Problem(_FILE, None, "province", None, expected, {"name": own})]


def _day(date: object) -> str:
    return f"{pd.Timestamp(str(date)):%Y-%m-%d}"
