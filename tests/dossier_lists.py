"""Two lists of dossiers with known defects, for tests and for `bench/bench_matching.py`."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.dossiers.results.matched import Matched

HEADER = "Mã hồ sơ,Đơn vị,Ngày tiếp nhận,Số hóa,Thanh toán,Trích yếu"
UNITS = pd.DataFrame(
    {"name_vi": [f"UBND xã Số {number}" for number in range(150)]},
    index=pd.Index([f"H10.{number:03d}" for number in range(150)], name="unit"),
)
DEFECTS = (  # each has the same number of dossiers; none has two
    "missing",
    "not_digitized",
    "not_paid",
    "digitized_only_national",
    "paid_only_national",
    "only_national",
    "other_unit",
    "unknown_unit",
    "provincial_twice",
    "national_twice",
    "provincial_quote",
    "provincial_flag",
    "national_quote",
    "national_short",
)


@dataclass(frozen=True)
class Truth:
    """What was put into the two lists: dossier identifiers per defect, rows per side, and the
    unit code of every dossier."""

    defects: dict[str, set[str]]
    rows: dict[str, int]
    blank: dict[str, int]
    unit: dict[str, str]


def write_lists(folder: Path, count: int, each: int, seed: int) -> tuple[Path, Path, Truth]:
    """Write `provincial.csv` and `national.csv`: about `count` dossiers in each, in another order,
    with `each` dossiers of every defect, `each` blank lines, and `each` remarks of two lines."""
    random = np.random.default_rng(seed)
    ids = np.array([f"H10.{n % 150:03d}-2503{n % 28 + 1:02d}-{n:07d}" for n in range(count)])
    chosen = random.permutation(count)[: each * len(DEFECTS)].reshape(len(DEFECTS), each)
    defect = dict(zip(DEFECTS, chosen, strict=True))
    unit = random.integers(0, len(UNITS), count)
    flags = {name: random.random(count) < 0.7 for name in ("digitized", "paid")}
    for name, only in (("digitized", "not_digitized"), ("paid", "not_paid")):
        flags[name][defect[only]] = True
        flags[name][defect[f"{name}_only_national"]] = False
    lists = {
        side: _rows(side, ids, unit, flags, defect, random) for side in ("provincial", "national")
    }
    paths = [folder / f"{side}.csv" for side in lists]
    for path, lines in zip(paths, lists.values(), strict=True):
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8-sig")
    truth = Truth(
        {name: set(ids[which]) for name, which in defect.items()},
        {side: len(lines) - each for side, lines in lists.items()},  # two-line remarks: one row
        dict.fromkeys(lists, each),
        dict(zip(ids.tolist(), UNITS.index.to_numpy()[unit].tolist(), strict=True)),
    )
    return paths[0], paths[1], truth


def _rows(
    side: str,
    ids: np.ndarray,
    unit: np.ndarray,
    flags: dict[str, np.ndarray],
    defect: dict[str, np.ndarray],
    random: np.random.Generator,
) -> list[str]:
    """The lines of one list, shuffled; a row of two lines stays together."""
    unit = unit.copy()
    flags = {name: values.copy() for name, values in flags.items()}
    if side == "national":
        unit[defect["other_unit"]] = (unit[defect["other_unit"]] + 1) % len(UNITS)
        for name in flags:
            flags[name][defect[f"not_{name}"]] = False
            flags[name][defect[f"{name}_only_national"]] = True
    names = np.array(UNITS["name_vi"].tolist(), dtype=object)[unit]
    if side == "provincial":
        names[defect["unknown_unit"]] = "Xã không có"
    yes_no = [np.where(flags["digitized"], "Có", "không"), np.where(flags["paid"], "1", "0")]
    rows = [
        f"{key},{name},27/03/2025,{digitized},{paid},Cấp giấy"
        for key, name, digitized, paid in zip(
            *(column.tolist() for column in (ids, names, *yes_no)), strict=True
        )
    ]
    for which in defect[f"{side}_twice"]:
        rows.append(rows[which].lower())  # the same dossier, written otherwise
    if side == "provincial":
        for which in defect["provincial_flag"]:
            rows[which] = f"{ids[which]},{names[which]},27/03/2025,???,1,Cấp giấy"
    else:
        for which in defect["national_short"]:
            rows[which] = f"{ids[which]},{names[which]},27/03/2025"
    for which in defect[f"{side}_quote"]:
        rows[which] = f'{ids[which]},"{names[which]},27/03/2025,1,1,Cấp giấy'
    gone = defect["only_national" if side == "provincial" else "missing"]
    for row in gone:
        rows[row] = ""  # a blank line in its place: as many as there are of each defect
    plain = np.setdiff1d(np.arange(len(ids)), np.concatenate(list(defect.values())))
    for row in plain[: len(gone)]:
        rows[row] = rows[row].replace(",Cấp giấy", ',"Cấp giấy,\n""chứng nhận"""')
    order = random.permutation(len(rows))
    return "\n".join(rows[place] for place in order.tolist()).split("\n")


def ids(matched: Matched, kind: str) -> list[str]:
    return list(matched.table(kind, limit=10**6)["dossier_id"])


def check_truth(matched: Matched, truth: Truth) -> None:
    """That exactly the defects put in were found, in as many rows, and under the right unit."""
    defects, accounts = truth.defects, matched.accounts
    both = ("not_digitized", "not_paid", "digitized_only_national", "paid_only_national")
    for kind in ("missing", "only_national", "other_unit", *both):
        assert sorted(ids(matched, kind)) == sorted(defects[kind]), kind
    causes = {
        "provincial_quote": ("provincial", "quote"),
        "provincial_flag": ("provincial", "digitized"),
        "national_quote": ("national", "quote"),
        "national_short": ("national", "fields"),
    }
    lost = sorted(key for name in causes for key in defects[name])
    bad = matched.table("unreadable", limit=10**6)
    assert Counter(zip(bad["list"], bad["reason"], strict=True)) == {
        cause: len(defects[name]) for name, cause in causes.items()
    }
    assert sorted(bad["dossier_id"]) == lost
    assert sorted(ids(matched, "undecided")) == lost
    assert sorted(ids(matched, "unknown_units")) == sorted(defects["unknown_unit"])
    twice = matched.table("duplicates", limit=10**6)
    for side in truth.rows:
        found = twice.loc[twice["list"] == side, "dossier_id"].str.upper()
        assert sorted(found) == sorted(defects[f"{side}_twice"])
        assert accounts.loc[side, "rows"] == truth.rows[side]
        assert accounts.loc[side, "blank"] == truth.blank[side]
        assert accounts.loc[side, "spanning"] == len(defects["missing"])
    per_unit = Counter(truth.unit[key] for key in defects["missing"])
    assert {unit: n for unit, n in matched.units["missing"].items() if n} == per_unit
    check_accounts(matched)


def check_accounts(matched: Matched) -> None:
    """The law: every row is accounted for once, and every dossier has one unit."""
    accounts = matched.accounts
    parts = ["blank", "heading", "total", "hidden", "unreadable", "duplicate"]
    parts += ["both", "one_side", "undecided", "outside"]
    assert accounts[parts].sum(axis=1).tolist() == accounts["rows"].tolist()
    for side in accounts.index:
        dossiers = accounts.loc[side, ["both", "one_side", "undecided", "outside"]].sum()
        assert matched.units[side].sum() == dossiers
    assert accounts["both"].nunique() == 1
