"""Make `priors.csv` from the boards and component tables beside it: `python data/make_priors.py`.

What a component of a province is expected to be when nothing was published about it: mean and
standard deviation over provinces of the same time. Rule sets with published components (2026) give
them directly. For 766-2022 only the points of groups were published: what a group loses is divided
among its components as it is in 2026, and a component is then held no more surely than three
observations would (`WEAK`), because nobody published how the loss was divided.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parent
COLUMNS = ["rule_set", "component", "date", "mean", "sd", "provinces", "source", "note"]
WEAK = 3.0
"""Pseudo-observations of a Beta distribution: sd = sqrt(mean (1 - mean) / (1 + WEAK))."""
LEAST_SD = 0.002
SOURCE_2025 = "new766-2025-10-16"
Found = dict[str, tuple[float, float, int, str, str]]
"""By component: mean and sd of its rate, from how many provinces, source, note."""

# National means of two groups, April 2024, points; no other group was published for that time.
APRIL_2024 = {"payment": 5.7, "digitization": 12.7}
# In October 2025 these stood at their cap: no group's points tell how far above it. The rates that
# were published lie around these means (Bình Phước 57 to 59 % filed online, 68 to 93 % paid; Bắc
# Giang 62 % paid).
AT_CAP = {"filed_online": (0.60, 0.12), "dossiers_paid": (0.72, 0.13)}


def main() -> None:
    rules = pd.read_csv(DATA / "rules.csv")
    rows = [*of_2026(rules), *of_2022(rules)]
    frame = pd.DataFrame(rows, columns=COLUMNS).round({"mean": 4, "sd": 4})
    frame.to_csv(DATA / "priors.csv", index=False, lineterminator="\n")


def of_2026(rules: pd.DataFrame) -> list[tuple[object, ...]]:
    """Mean and spread of every published rate over 12 provinces and Phú Thọ, 26 September 2026."""
    table, source, date = rates_2026(rules), "portal-components-2026-09-26", "2026-09-26"
    # The online group stands in no component table: what a board shows of it beyond 6 points for
    # filing, which is at the cap, is divided between the two others as in Phú Thọ.
    boards = pd.read_csv(DATA / "phu_tho_2026" / "field.csv")
    online = boards[(boards["date"] == date) & boards["online"].notna()]["online"]
    left = (online - 6).clip(0, 6)
    found: Found = {
        name: (values.mean(), values.std(), len(values), source, "")
        for name, values in table.items()
    }
    like = "Điểm còn lại của nhóm (sau 6 điểm nộp trực tuyến) chia như Phú Thọ"
    offered = 2 * float(table["services_online"].iloc[-1]) / 0.8
    used = 4 * float(table["services_used"].iloc[-1])
    for name, part, unit in (("services_online", offered, 0.4), ("services_used", used, 0.25)):
        rates = left * part / (offered + used) * unit
        sd = np.hypot(rates.std(), weak(rates.mean()) * unit)
        found[name] = (rates.mean(), sd, len(left), "portal-2026-09-26", like)
    own = table["filed_online"]
    found["filed_online"] = (
        own.mean(),
        0.03,
        len(own),
        "portal-units-2026-09-26",
        "Chỉ Phú Thọ công bố",
    )
    # two of 13 had stored anything on that day; by 10 October four had, at most 1.6 % of dossiers
    found["personal_storage"] = (
        0.003,
        0.006,
        13,
        source,
        "Ngày 10/10/2026 bốn tỉnh có 3.003 đến 9.499 hồ sơ",
    )
    return rows_of("766-2026", date, rules, found)


def of_2022(rules: pd.DataFrame) -> list[tuple[object, ...]]:
    """Components of 34 provinces in October 2025, and of the groups known for April 2024."""
    boards = pd.read_csv(DATA / "boards.csv")
    year = boards[boards["period"] == "year_to_date"]
    shares = loss_shares(rules)
    found: Found = {}
    for group, losing in shares.items():
        points = year[group].to_numpy(float)
        for name, (mean, sd) in divided(rules, group, losing, points.mean()).items():
            found[name] = (
                mean,
                sd,
                len(points),
                SOURCE_2025,
                "Điểm nhóm chia theo phần mất của năm 2026",
            )
    progress = year["progress"].to_numpy(float) / 20
    found["on_time"] = (progress.mean(), progress.std(ddof=1), len(progress), SOURCE_2025, "")
    found["dossier_satisfaction"] = (
        progress.mean(),
        progress.std(ddof=1),
        len(progress),
        SOURCE_2025,
        "Cùng các hồ sơ với tỷ lệ đúng hạn",
    )
    full = year[year["online"] >= 8]["online"].to_numpy(float)
    used = (full - 8) / 4
    found["services_used"] = (
        used.mean(),
        used.std(ddof=1),
        len(used),
        SOURCE_2025,
        "Các tỉnh có hai chỉ số kia đạt tối đa",
    )
    offered = np.minimum(1, (year["online"].to_numpy(float) - 6 - 4 * used.mean()) / 2).clip(0)
    sd = 0.8 * offered.std(ddof=1)
    found["services_online"] = (0.8 * offered.mean(), sd, len(offered), SOURCE_2025, "")
    for name, (mean, sd) in AT_CAP.items():
        found[name] = (
            mean,
            sd,
            2,
            SOURCE_2025,
            "Ở mức tối đa trên bảng; tỷ lệ theo Bình Phước và Bắc Giang",
        )
    rows = rows_of("766-2022", "2025-10-16", rules, found)
    early: Found = {}
    for group, points in APRIL_2024.items():
        part = rules[(rules["rule_set"] == "766-2022") & (rules["group"] == group)]
        losing = dict(zip(part["component"], part["max_points"], strict=True))
        losing.pop("certified_copy", None)
        for name, (mean, sd) in divided(rules, group, losing, points).items():
            early[name] = (
                mean,
                sd,
                63,
                "national-groups-2024-04",
                "Điểm nhóm chia đều theo điểm tối đa",
            )
    return rows + rows_of("766-2022", "2024-04-08", rules, early)


def rates_2026(rules: pd.DataFrame) -> dict[str, pd.Series]:
    """Rates of each component over the provinces that published them."""
    table = pd.read_csv(DATA / "province_components.csv")
    own = pd.read_csv(DATA / "phu_tho_2026" / "observations.csv")
    own = own[(own["unit"] == "H44") & (own["portal"] == "national")]
    own = own.assign(province="Phú Thọ")[
        ["province", "component", "numerator", "denominator", "points"]
    ]
    table = pd.concat([table[own.columns], own], ignore_index=True)
    part = rules[rules["rule_set"] == "766-2026"].set_index("component")
    table["rate"] = table["numerator"] / table["denominator"].where(table["denominator"] > 0)
    found = {
        str(name): rows["rate"].dropna()
        for name, rows in table.groupby("component")
        if name in part.index
    }
    found["certified_copy"] = pd.Series([1.0] * table["province"].nunique())
    # the group's points leave one component of payment unknown: it follows
    wide = table.pivot_table(index="province", columns="component", values="rate")
    payment = table[table["component"] == "group:payment"].set_index("province")["points"]
    paid = 6 * wide["dossiers_paid"] + 2 * np.minimum(1, wide["fee_services_paid"] / 0.8)
    follows = ((payment - paid) / 2 * 0.8).clip(0, 1).dropna()
    found["fee_services_integrated"] = pd.concat([follows, found["fee_services_integrated"]])
    return found


def loss_shares(rules: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Points that each component of a group lost in 2026, to divide a group's loss of 2025."""
    part = rules[rules["rule_set"] == "766-2026"].set_index("component")
    lost = {}
    for name, rate in rates_2026(rules).items():
        earned = np.minimum(1.0, rate / float(part.loc[name, "target_rate"])).mean()
        lost[name] = float(part.loc[name, "max_points"]) * (1 - earned)
    # fee dossiers had a target of 30 % until 2025 and were at the cap; satisfaction of dossiers too
    at_cap = {"dossiers_paid", "dossier_satisfaction"}
    groups = ("transparency", "payment", "satisfaction", "digitization")
    return {
        group: {
            name: 0.0 if name in at_cap else lost.get(name, 0.0)
            for name in part.index[part["group"] == group]
        }
        for group in groups
    }


def divided(
    rules: pd.DataFrame, group: str, losing: Mapping[str, float], points: float
) -> dict[str, tuple[float, float]]:
    """Mean rate and its sd of each component, from the mean points of their group."""
    part = rules[(rules["rule_set"] == "766-2022") & (rules["group"] == group)].set_index(
        "component"
    )
    lost, whole = float(part["max_points"].sum()) - points, sum(losing.values())
    found = {}
    for name, row in part.iterrows():
        share = losing.get(str(name), 0.0) / whole
        fraction = float(np.clip(1 - lost * share / row["max_points"], 0.02, 0.98))
        found[str(name)] = (fraction * row["target_rate"], weak(fraction) * row["target_rate"])
    return found


def weak(mean: float) -> float:
    return float(np.sqrt(mean * (1 - mean) / (1 + WEAK)))


def rows_of(
    rule_set: str, date: str, rules: pd.DataFrame, found: Found
) -> list[tuple[object, ...]]:
    """Rows in the order of the rules; a mean of exactly 0 or 1 is held a little less surely."""
    order = rules[rules["rule_set"] == rule_set]["component"]
    rows = []
    for name in order[order.isin(list(found))]:
        mean, sd, count, source, note = found[name]
        mean = float(np.clip(float(mean), 0.003, 0.995))
        rows.append((rule_set, name, date, mean, max(float(sd), LEAST_SD), count, source, note))
    return rows


if __name__ == "__main__":
    main()
