"""The small worlds that tests share: a province of six units, scenarios, cases, an open app."""

import csv
import datetime as dt
import shutil
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from core.arrays import Array
from core.dataset.facts import DATA, Dataset
from core.dataset.load import find_dataset, load_dataset
from core.dataset.rules_csv import load_rules
from core.index.rollup import PROVINCE, Baseline
from core.outlook.case import Case, load_case
from core.outlook.timeline import Calendar
from core.scenario.model import Assumptions, Change, RuleEdit, Scenario
from core.web.closings import POPOVER

RULES = load_rules(DATA / "rules.csv")["766-2026"]
DIGITIZED, ON_TIME = RULES.index("digitized"), RULES.index("on_time")
ONLINE_SERVICES, ANNOUNCED = RULES.index("services_used"), RULES.index("publish_on_time")
SUMMED = np.array([kind == "sum" for kind in RULES.rollup])
seeds = st.integers(0, 2**32 - 1)


@cache
def shipped(name: str) -> Case:
    """A dataset of the program, loaded once for all tests: what is loaded is not changed."""
    return load_case(find_dataset(name))


def phu_tho() -> Case:
    """The one complete dataset."""
    return shipped("phu_tho_2026")


# The small province of the tests: dossiers and rates of every component that adds up.
#   P 1000 = department A 100 + district B 600 + commune C 300;  B = communes B1 150 + B2 450
#   P 0.5 = 0.1 x 0.8 + 0.6 x 0.5 + 0.3 x 0.4;                    B 0.5 = 0.25 x 0.2 + 0.75 x 0.6
UNITS = ("P", "A", "B", "B1", "B2", "C")
P, A, B, B1, B2, C = range(6)
LEVELS = ("province", "department", "district", "commune", "commune", "commune")
DOSSIERS = np.array([1000.0, 100, 600, 150, 450, 300])
SHARE = np.array([0, 0.1, 0.6, 0, 0, 0.3])
PARENT_SHARE = np.array([0, 0, 0, 0.25, 0.75, 0])
RATE = np.array([0.5, 0.8, 0.5, 0.2, 0.6, 0.4])


def small(
    rate: Array | None = None,
    carried: Array | None = None,
    provincial: Array | None = None,
) -> Baseline:
    """The small province; `rate`, `carried`, `provincial` (6, C) as given."""
    size, wide = (6, len(RULES.components)), np.ones(len(RULES.components))
    if rate is None:
        rate = np.where(SUMMED, np.outer(RATE, wide), 0.5)
    held = np.ones(size, dtype=bool) if carried is None else carried.astype(bool)
    return Baseline(
        dataset_id="small",
        version="1",
        rules=RULES,
        units=UNITS,
        level=LEVELS,
        parent=np.array([-1, P, P, B, B, P]),
        rate=rate,
        rate_sd=np.zeros(size),
        rate_low=rate,
        rate_high=rate,
        carried=held,
        volume=np.outer(DOSSIERS, wide),
        dossiers=np.outer(DOSSIERS, wide),
        share=np.outer(SHARE, wide),
        parent_share=np.outer(PARENT_SHARE, wide),
        province=rate[:1],
        status=np.zeros(size, dtype=np.int8),
        provincial=np.full(size, np.nan) if provincial is None else provincial,
    )


def random_baseline(seed: int) -> Baseline:
    """The small province with any rates, gaps and provincial figures."""
    random = np.random.default_rng(seed)
    size = (6, len(RULES.components))
    rate = np.where(random.random(size) < 0.1, np.nan, random.random(size))
    copied = np.array([kind == "province" for kind in RULES.rollup])
    rate[:, copied] = rate[PROVINCE, copied]
    carried = random.random(size) < 0.8
    provincial = np.where(random.random(size) < 0.5, np.nan, random.random(size))
    return small(rate, carried, provincial)


def small_calendar() -> Calendar:
    """Half of the year done on 30 June: 181 of 365 days."""
    return Calendar(
        start=dt.date(2025, 1, 1),
        as_of=dt.date(2025, 6, 30),
        horizons={"q3": dt.date(2025, 9, 30), "year_end": dt.date(2025, 12, 31)},
        daily=np.full(365, 1 / 365),
    )


MODES = ("floor", "set", "add", "close_gap")
SCOPES = ("*", "level:department", "level:district", "level:commune", *UNITS)


fractions = st.floats(0, 1)
days = st.dates(dt.date(2025, 1, 1), dt.date(2026, 6, 30))
changes = st.builds(
    Change,
    unit=st.sampled_from(SCOPES),
    component=st.sampled_from(RULES.components),
    mode=st.sampled_from(MODES),
    value=fractions,
    start=st.none() | days,
    ramp_weeks=st.floats(0, 104).map(lambda weeks: round(weeks, 3)),
    ramp_shape=st.sampled_from(["linear", "s_curve"]),
)


scenarios = st.builds(
    Scenario,
    dataset=st.just("small"),
    dataset_version=st.none() | st.text(max_size=64),
    title=st.text(max_size=60),
    author=st.text(max_size=60),
    note=st.text(max_size=200),
    changes=st.lists(
        changes, max_size=8, unique_by=lambda change: (change.unit, change.component)
    ).map(tuple),
    assumptions=st.builds(
        Assumptions,
        field_gain=st.none() | st.floats(-50, 50),
        rules=st.dictionaries(
            st.sampled_from(RULES.components),
            st.builds(RuleEdit, max_points=st.floats(0, 100), target_rate=st.floats(0.01, 1)),
            max_size=2,
        ),
    ),
)


def change(unit: str, mode: str, value: float, component: str = "digitized") -> Change:
    return Change(unit=unit, component=component, mode=mode, value=value)  # type: ignore[arg-type]


def planned(*made: Change) -> Scenario:
    return Scenario(dataset="small", changes=made)


HOME = DATA / "phu_tho_2026"
DATED = "2026-09-28"  # the date of its figures


def edited(home: Path, *, date: str, both: bool = False) -> tuple[Dataset, str]:
    """Phú Thọ, with the department of the first payment row at 40/100 on `date`.

    With `both` the figures of `DATED` stay beside them, at 40/50. Returns that unit too.
    """
    shutil.copytree(HOME, home)
    file = home / "observations.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    row = next(
        n
        for n, text in enumerate(lines)
        if ",dossiers_paid,national," in text and ",H44," not in text
    )
    unit, source = lines[row].split(",")[1], lines[row].split(",")[8]
    old = f"{date},{unit},dossiers_paid,national,40,100,,,{source},"
    if both:
        lines[row] = f"{DATED},{unit},dossiers_paid,national,40,50,,,{source},"
        lines.append(old)
    else:
        lines = [text.replace(DATED, date, 1) for text in lines]
        lines[row] = old
        meta = home / "dataset.toml"
        meta.write_text(meta.read_text(encoding="utf-8").replace(DATED, date), encoding="utf-8")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_dataset(home), unit


def read_phu_tho(component: str) -> dict[str, tuple[int, int]]:
    """Published (numerator, denominator) of a component by unit."""
    path = DATA / "phu_tho_2026" / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["unit"]: (int(row["numerator"]), int(row["denominator"]))
            for row in csv.DictReader(file)
            if row["component"] == component and row["numerator"]
        }


def lifted_dossiers() -> tuple[float, int, int]:
    """Digitised dossiers of Phú Thọ: with all communes at 60 %, as published, and all dossiers."""
    path = DATA / "phu_tho_2026" / "units.csv"
    with path.open(encoding="utf-8", newline="") as file:
        communes = {row["unit"] for row in csv.DictReader(file) if row["level"] == "commune"}
    counts = read_phu_tho("digitized")
    done, all_dossiers = counts.pop("H44")
    lifted = sum(max(n, 0.6 * d) if unit in communes else n for unit, (n, d) in counts.items())
    assert sum(n for n, _ in counts.values()) == done
    return lifted, done, all_dossiers


COMMUNES_60 = Scenario(
    dataset="phu_tho_2026",
    title="Mọi xã số hóa 60%",
    changes=(Change(unit="level:commune", component="digitized", mode="floor", value=0.6),),
)


PAGES = ROOT / "pages"
FRAME = PAGES / "frame.py"


def open_app(dataset: str = "phu_tho_2026", language: str = "vi", page: str = "") -> AppTest:
    app = AppTest.from_file(str(FRAME), default_timeout=120)
    app.query_params["d"] = dataset
    app.query_params["language"] = language
    # one run only: between runs AppTest formats options without the session, so in Vietnamese
    if page:
        app.switch_page(page)
    return app.run()


def open_door(app: AppTest, name: str) -> AppTest:
    """Open a popover, as a press on its button does, unless it is open."""
    if (key := name + POPOVER) in app.session_state and app.session_state[key]:
        return app
    app.session_state[key] = True
    return app.run()


def forward(rate: Array, new: Array, so_far: float, to_come: float) -> Array:
    """Year-to-date rate on a date, from the rate so far and the rate on the dossiers to come."""
    return (so_far * rate + to_come * new) / (so_far + to_come)
