"""Where a lever acts, how, and from when: what the sliders below it make changes of."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from core.index.rollup import PROVINCE, Baseline
from core.outlook.case import Case
from core.scenario.model import Change, Mode, Scenario, phases
from core.scenario.scope import ALL, level_of, of_level, rows_within, specificity
from pages.parts.shared import when
from pages.parts.state import edits, session
from pages.parts.widgets import pick
from pages.parts.widgets.folded import fold
from pages.parts.words.names import in_order, level_name, mode_name, unit_names
from pages.parts.words.text import t

MODES: tuple[Mode, ...] = ("floor", "set", "add", "close_gap")


Span = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True)
class Scope:
    """Where a lever acts: the `unit` of each change it makes, and how, from when and until when."""

    units: tuple[str, ...]
    mode: Mode
    start: dt.date | None
    ramp_weeks: float
    end: dt.date | None = None

    def rows(self, baseline: Baseline) -> np.ndarray:
        """(U,) bool, the rows in scope."""
        chosen = np.zeros(len(baseline.units), dtype=bool)
        for unit in self.units:
            chosen |= rows_within(unit, baseline)
        chosen[PROVINCE] = False  # it has sliders of its own
        return chosen


def choose_where() -> tuple[str, ...]:
    """The units that the levers act on; none while none is chosen."""
    case, scenario = session.case(), session.scenario()
    _restore_scope(scenario)
    _fit_scope(case)
    kinds = {ALL: t("All units"), "level": t("A level"), "unit": t("Chosen units")}
    kind = st.segmented_control(
        t("Where"),
        list(kinds),
        key="scope_kind",
        format_func=lambda kind: kinds[kind],
        required=True,
        label_visibility="collapsed",
    )
    units: tuple[str, ...] = (ALL,)
    if kind == "level":
        levels = [level for level in dict.fromkeys(case.baseline.level) if level != "province"]
        level = st.segmented_control(
            t("Level"), levels, key="scope_level", format_func=level_name, required=True
        )
        units = (of_level(level),) if level else ()
    elif kind == "unit":
        names = unit_names(case.dataset)
        codes = [case.baseline.units[u] for u in in_order(case.dataset, case.baseline)]
        chosen = pick.several(
            st.container(),
            t("Units"),
            {code: names[code] for code in codes},
            "scope_units",
            placeholder=t("Choose one or more units"),
        )
        units = tuple(chosen)
    return units


def choose_how(units: tuple[str, ...]) -> Scope:
    """How a lever acts on the units and from when."""
    case = session.case()
    state, first = st.session_state, when.first_day()
    start, end = _days()
    later = when.describe(start, state.scope_ramp, end)
    held = ""
    if later or state.scope_mode != MODES[0]:
        held = f"{t('How')}: {mode_name(state.scope_mode).lower()}{later}"
    if inner := fold(t("How and from when"), "scope_how", held, ":material/event:"):
        with inner:
            has_pairs = bool(np.isfinite(case.baseline.provincial).any())
            st.radio(
                t("How"),
                MODES if has_pairs else MODES[:-1],
                key="scope_mode",
                format_func=mode_name,
                horizontal=True,
                persist_state="page",
            )
            retime, last = partial(_retime, units), _last_day(case)
            when.choose(last, "scope_start", "scope_ramp", "page", retime)
            when.choose_end(start or first, last, "scope_end", "page", retime)
            st.checkbox(
                t("Also for what was moved here before"),
                value=True,
                key="scope_standing",
                persist_state="page",
            )
    start, state.scope_end_held = _days()
    return Scope(units, state.scope_mode, start, float(state.scope_ramp), state.scope_end_held)


def _days() -> Span:
    """The day from which and the last on which a lever acts, as chosen; None is at once, for good.
    An end before the start is none."""
    start, end = st.session_state.get("scope_start"), st.session_state.get("scope_end")
    first = when.first_day()
    return None if start == first else start, end if end and end >= (start or first) else None


def _retime(units: tuple[str, ...]) -> None:
    """Other days or weeks were chosen: what stands in this scope takes them too, but for what has
    dates of its own, unless the viewer said otherwise."""
    state, now = st.session_state, session.scenario()
    if not state.get("scope_standing", True):
        return
    start, end = _days()
    timing = {"start": start, "end": end, "ramp_weeks": float(state.scope_ramp)}

    def follows(one: Change) -> bool:
        turns = phases(now, one.unit, one.component)
        as_shown = one.end in (None, state.get("scope_end_held")) and one.mode in MODES
        return one.unit in units and as_shown and len(turns) == 1

    moved = [one.model_copy(update=timing) if follows(one) else one for one in now.changes]
    edits.change(now.model_copy(update={"changes": tuple(moved)}))


def _restore_scope(scenario: Scenario) -> None:
    """At the first run show the scope of the last change, so that a link shows its sliders."""
    if "scope_kind" in st.session_state:
        return
    last = scenario.changes[-1] if scenario.changes else None
    unit = last.unit if last else ALL
    kind = (ALL, "level", "unit")[specificity(unit)]
    if last and unit == session.case().baseline.units[PROVINCE]:
        kind = ALL
    st.session_state.scope_kind = kind
    if kind == "level":
        st.session_state.scope_level = level_of(unit)
    elif kind == "unit":
        st.session_state.scope_units = [unit]
    st.session_state.scope_mode = last.mode if last and last.mode in MODES else "floor"
    st.session_state.scope_ramp = min(int(last.ramp_weeks), when.MAX_RAMP) if last else 0
    if last and last.start:
        st.session_state.scope_start = last.start
    if last and last.end and last.mode in MODES:
        st.session_state.scope_end = last.end


def _fit_scope(case: Case) -> None:
    """Drop what another dataset's scope left behind: a widget refuses a value it does not offer."""
    state, baseline = st.session_state, case.baseline
    if state.setdefault("scope_dataset", case.dataset.id) != case.dataset.id:
        # dates are a dataset's own, even where another one has them too
        state.scope_dataset, state.scope_ramp = case.dataset.id, 0
        for key in ("scope_start", "scope_end", "scope_end_held"):
            state.pop(key, None)
    if state.get("scope_level") not in baseline.level:
        state.pop("scope_level", None)
    if "scope_units" in state:
        state.scope_units = [unit for unit in state.scope_units if unit in baseline.units]
    if state.scope_mode == "close_gap" and not np.isfinite(baseline.provincial).any():
        state.scope_mode = "floor"
    if "scope_start" in state and not when.first_day() <= state.scope_start <= _last_day(case):
        state.pop("scope_start")
    _, end = _days()
    if end is None or end > _last_day(case):
        state.pop("scope_end", None)


def _last_day(case: Case) -> dt.date:
    """The last day on which a change may start or end: the last horizon."""
    return max([when.first_day(), *case.calendar.horizons.values()])
