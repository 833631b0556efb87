"""What files do not say and a person must: each is asked only where a plan asks for it."""

import datetime as dt
from dataclasses import replace

import streamlit as st

from core.imports.plan import ImportOptions, ImportPlan
from core.imports.vocabulary import vocabulary
from pages.parts.data import columns, preview
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.text import t

KEYS = ("import_day", "import_province", "import_decimal", "import_hidden", "import_period")

REMEMBERED = KEYS[1:]


def forget() -> None:
    """Other files ask anew."""
    for key in KEYS:
        st.session_state.pop(key, None)


def taken(options: ImportOptions) -> ImportOptions:
    """The options with what was chosen so far."""
    chosen = {key: st.session_state.get(key) for key in KEYS}
    hidden = chosen["import_hidden"]
    return replace(
        options,
        as_of=chosen["import_day"],
        province=chosen["import_province"] or None,
        decimal=chosen["import_decimal"],
        hidden=None if hidden is None else hidden == "keep",
        period=chosen["import_period"],
    )


def recall(plan: ImportPlan) -> bool:
    """Choose as the last time for a table of these headings; whether anything was chosen so."""
    found = columns.recalled_choices(plan)
    known = [key for key in REMEMBERED if columns.CHOICE + key in found]
    for key in known:
        if st.session_state.get(key) is None:
            st.session_state[key] = found[columns.CHOICE + key]
    return bool(known)


def said() -> dict[str, str]:
    """What was chosen, to be remembered; the day is another one each week."""
    chosen = {key: st.session_state.get(key) for key in REMEMBERED}
    return {columns.CHOICE + key: str(value) for key, value in chosen.items() if value}


def ask(plan: ImportPlan) -> None:
    """A field for each thing that the plan can't know, and those that were filled in."""
    words = " ".join(problem.expected for problem in plan.problems)
    if _asked("--as-of", words, "import_day") or plan.as_of is not None:
        st.date_input(
            t("Day of the figures, where it is another one"),
            value=None,
            min_value=dt.date(2019, 1, 1),
            max_value=dt.date(2100, 1, 1),
            key="import_day",
            format="DD/MM/YYYY",
        )
    if _asked("--province", words, "import_province"):
        names = {"": text.UNKNOWN, **dict(sorted(vocabulary().provinces.items()))}
        pick.one(st.container(), t("Province"), names, "import_province")
    if _asked("--decimal", words, "import_decimal"):
        _choose(t("Decimal mark"), {"comma": t("comma: 93,37"), "point": t("point: 93.37")},
                "import_decimal")  # fmt: skip
    if _asked("--hidden", words, "import_hidden"):
        _choose(t("Hidden rows"), {"keep": t("take them"), "leave": t("leave them out")},
                "import_hidden")  # fmt: skip
    if plan.observations:
        periods = {name: preview.period_name(name) for name in ("year", "quarter", "month")}
        _choose(t("Counted over, where it is another time"), periods, "import_period")


def _asked(option: str, words: str, key: str) -> bool:
    return option in words or st.session_state.get(key) not in (None, "")


def _choose(label: str, names: dict[str, str], key: str) -> None:
    st.segmented_control(label, list(names), key=key, format_func=lambda name: names[name])
