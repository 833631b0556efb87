"""Makes `unit_priors.csv` and `unit_correlations.csv`: how rates of units lie in a province.

Run in the project's folder: `python data/make_unit_priors.py`. Learnt from the 163 units of Phú Thọ
on 26 September 2026, the only province whose units are published; that units of another province
and of the time before lie alike is an assumption. A district is taken to lie as communes do, for
want of any. Components at 0 or 100 % everywhere tell nothing and are left out.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

DATA = Path(__file__).resolve().parent
MODEL = DATA / "phu_tho_2026"
SOURCE = "portal-units-2026-09-26"
LEVELS = {"department": "department", "district": "commune", "commune": "commune"}
LEAST = 0.005  # a smaller spread is that of a component which all units have or nobody has
SHRINK = 0.05  # part of a correlation that 163 units can't tell from none
END = 0.9


def rates() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Rates of units by component, the province's, and levels of units."""
    rows = pd.read_csv(MODEL / "observations.csv")
    rows = rows[rows["denominator"].gt(0)]
    rate = rows.assign(rate=rows["numerator"] / rows["denominator"])
    table = rate.pivot_table(index="unit", columns="component", values="rate", sort=False)
    level = pd.read_csv(MODEL / "units.csv").set_index("unit")["level"]
    province = level.index[level == "province"][0]
    names = [name for name in table if _adds_up(name)]
    return table[names].drop(index=province), table.loc[province, names], level


def _adds_up(component: str) -> bool:
    rules = pd.read_csv(DATA / "rules.csv")
    return bool((rules[rules["component"] == component]["rollup"] == "sum").all())


def spread(values: pd.DataFrame) -> pd.Series:
    """Spread of a further unit of which only these are known, as a standard deviation.

    It is that of the normal distribution whose middle 80 % are as wide as theirs, since 80 % is
    what ranges promise and a few units lie far out; wider for few units (Student's t).
    """
    count = values.count()
    middle = (values.quantile(END) - values.quantile(1 - END)) / 2
    return middle * np.sqrt(1 + 1 / count) * stats.t.ppf(END, count - 1) / stats.norm.ppf(END) ** 2


def main() -> None:
    table, province, level = rates()
    level = level.reindex(table.index)
    told = [name for name in table if table[level == "commune"][name].std() > LEAST]
    rows, scaled = [], []
    for name, taken in LEVELS.items():
        values = table.loc[level == taken, told]
        mean, sd = values.mean(), spread(values)
        if name == taken:
            scaled.append((values - mean) / values.std())
        rows += [
            (c, name, province[c], mean[c] - province[c], sd[c], int(values[c].count()), SOURCE)
            for c in told
        ]
    columns = ["component", "level", "province_rate", "offset", "sd", "units", "source"]
    frame = pd.DataFrame(rows, columns=columns).round(5)
    frame.to_csv(DATA / "unit_priors.csv", index=False)
    whole = pd.concat(scaled)
    pairs = whole.corr() * (1 - SHRINK)
    found = [
        (one, other, pairs.loc[one, other], int(whole[[one, other]].dropna().shape[0]), SOURCE)
        for i, one in enumerate(told)
        for other in told[i + 1 :]
    ]
    columns = ["component", "other", "correlation", "units", "source"]
    frame = pd.DataFrame(found, columns=columns).round(5)
    frame.to_csv(DATA / "unit_correlations.csv", index=False)


if __name__ == "__main__":
    main()
