"""Makes `volumes.csv` of Bình Phước: how its fee dossiers are assumed to lie over its units.

Run in the project's folder: `python data/make_volumes.py`. Fee dossiers lie otherwise than all
dossiers: in Phú Thọ, of whose units both are published, communes have 98 % of them and 82 % of all.
A department has the part that its namesake has of Phú Thọ's fee dossiers (`volume_share` of
`units.csv` says in the same way what part it has of all), and at least one of them. What that
leaves goes to districts and communes in proportion to the dossiers they are assumed to have.
"""

import re
from pathlib import Path

import pandas as pd

DATA = Path(__file__).resolve().parent
MODEL = DATA / "phu_tho_2026"
DATASETS = ("binh_phuoc_2024", "binh_phuoc_2025")
ALL, FEE = "on_time", "dossiers_paid"
SOURCE = "assumed-fee-volumes"
# departments that were merged before 2026, and what took them over
TAKEN_OVER = {
    "ban quản lý khu kinh tế": "ban quản lý các khu công nghiệp",
    "sở nông nghiệp và phát triển nông thôn": "sở nông nghiệp và môi trường",
    "sở lao động - thương binh và xã hội": "sở nội vụ",
    "sở kế hoạch và đầu tư": "sở tài chính",
    "sở thông tin và truyền thông": "sở khoa học và công nghệ",
}


def plain(name: str) -> str:
    """A department's name without its province."""
    return re.sub(r" - tỉnh.*| tỉnh phú thọ$", "", name.casefold())


def model() -> pd.DataFrame:
    """Parts of Phú Thọ's dossiers and fee dossiers, by the names of its departments."""
    rows = pd.read_csv(MODEL / "observations.csv")
    counts = rows[rows["component"].isin([ALL, FEE])]
    counts = counts.pivot_table(index="unit", columns="component", values="denominator")
    units = pd.read_csv(MODEL / "units.csv").set_index("unit")
    province = units.index[units["level"] == "province"][0]
    parts = counts.div(counts.loc[province]).fillna(0.0)
    parts[FEE] = parts[FEE].clip(lower=1 / counts.loc[province, FEE])
    named = units[units["level"] == "department"]["name_vi"].map(plain)
    return parts.join(named, how="inner").groupby("name_vi").sum()


def fee_shares(units: pd.DataFrame, parts: pd.DataFrame) -> pd.Series:
    """Parts of the province's fee dossiers by unit; units without dossiers have none."""
    known = units[units["volume_share"].notna() & (units["level"] != "province")]
    departments = known["level"] == "department"
    names = known.loc[departments, "name_vi"].map(plain).replace(TAKEN_OVER)
    own = known["volume_share"]
    # a department that took over others stands for all of them, so it is divided like its dossiers
    fee = names.map(parts[FEE]) * own[departments] / names.map(parts[ALL])
    least = parts[FEE].min()
    fee = fee.clip(lower=least).where(own[departments] > 0, 0.0)
    left = (1 - fee.sum()) / (1 - own[departments].sum())
    return pd.concat([fee, own[~departments] * left]).reindex(known.index)


def main() -> None:
    parts = model()
    for name in DATASETS:
        units = pd.read_csv(DATA / name / "units.csv").set_index("unit")
        share = fee_shares(units, parts).rename("volume_share").rename_axis("unit").reset_index()
        share.insert(1, "component", FEE)
        share["volume_share"] = share["volume_share"].round(8)
        share.assign(source=SOURCE).to_csv(DATA / name / "volumes.csv", index=False)


if __name__ == "__main__":
    main()
