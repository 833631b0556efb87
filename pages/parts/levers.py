"""The levers: a scope and a way of applying, then a slider and a number box for each component."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.case import Case
from core.rollup import PROVINCE, Baseline, Outcome
from core.scenario import Change, Mode, Scenario, set_change, without
from core.simulate import LeverValue, lever_value, scope_rate
from pages.parts import session, text
from pages.parts.names import component_name, confidence_name, family_name, level_name, unit_names
from pages.parts.text import t

FIRST = ("dossiers_paid", "digitized", "electronic_result", "reused", "dossier_sync")
MAX_RAMP = 26  # weeks that the slider offers; a scenario from a file may take longer
MODES: tuple[Mode, ...] = ("floor", "set", "add", "close_gap")


@dataclass(frozen=True)
class Scope:
    """Where a lever acts: the `unit` of each change it makes, and how and from when."""

    units: tuple[str, ...]
    mode: Mode
    start: dt.date | None
    ramp_weeks: float

    def rows(self, baseline: Baseline) -> np.ndarray:
        """(U,) bool, the rows in scope."""
        levels, codes = np.array(baseline.level), np.array(baseline.units)
        chosen = np.zeros(len(codes), dtype=bool)
        for unit in self.units:
            if unit == "*":
                chosen |= levels != "province"
            else:
                chosen |= (levels == unit.removeprefix("level:")) | (codes == unit)
        return chosen


def mode_name(mode: str) -> str:
    """A mode in words."""
    return {
        "floor": t("Lift those below"),
        "set": t("Set to"),
        "add": t("Add"),
        "close_gap": t("Close the portal gap"),
    }[mode]


def choose_scope() -> Scope:
    """The scope, mode, start and ramp that the sliders below act with."""
    case, scenario = session.case(), session.scenario()
    _restore_scope(scenario)
    _fit_scope(case)
    kinds = {"*": t("All units"), "level": t("A level"), "unit": t("Chosen units")}
    kind = st.segmented_control(
        t("Where"),
        list(kinds),
        key="scope_kind",
        format_func=lambda kind: kinds[kind],
        required=True,
    )
    units: tuple[str, ...] = ("*",)
    if kind == "level":
        levels = [level for level in dict.fromkeys(case.baseline.level) if level != "province"]
        level = st.segmented_control(
            t("Level"), levels, key="scope_level", format_func=level_name, required=True
        )
        units = (f"level:{level}",)
    elif kind == "unit":
        names = unit_names(case.dataset)
        chosen = st.multiselect(
            t("Units"),
            list(case.baseline.units[1:]),
            key="scope_units",
            format_func=lambda code: names[code],
            placeholder=t("Choose one or more units"),
        )
        units = tuple(chosen)
    has_pairs = bool(np.isfinite(case.baseline.provincial).any())
    modes = MODES if has_pairs else MODES[:-1]
    with st.expander(t("How and from when"), icon=":material/event:"):
        mode = st.radio(t("How"), modes, key="scope_mode", format_func=mode_name, horizontal=True)
        start, ramp = _when()
    return Scope(units, mode, start, ramp)


def _when() -> tuple[dt.date | None, float]:
    """From which day new dossiers follow the change, and how many weeks it takes to get there."""
    first, last = _start_days(session.case())
    left, right = st.columns(2)
    start = left.date_input(
        t("From"),
        first,
        min_value=first,
        max_value=last,
        key="scope_start",
        format="DD/MM/YYYY",
    )
    ramp = right.slider(t("Weeks to get there"), 0, MAX_RAMP, key="scope_ramp")
    return (None if start == first else start), float(ramp)


def _restore_scope(scenario: Scenario) -> None:
    """At the first run show the scope of the last change, so that a link shows its sliders."""
    if "scope_kind" in st.session_state:
        return
    last = scenario.changes[-1] if scenario.changes else None
    unit = last.unit if last else "*"
    kind = "*" if unit == "*" else "level" if unit.startswith("level:") else "unit"
    if last and unit == session.case().baseline.units[PROVINCE]:
        kind = "*"
    st.session_state.scope_kind = kind
    if kind == "level":
        st.session_state.scope_level = unit.removeprefix("level:")
    elif kind == "unit":
        st.session_state.scope_units = [unit]
    st.session_state.scope_mode = last.mode if last else "floor"
    st.session_state.scope_ramp = min(int(last.ramp_weeks), MAX_RAMP) if last else 0
    if last and last.start:
        st.session_state.scope_start = last.start


def _fit_scope(case: Case) -> None:
    """Drop what another dataset's scope left behind: a widget refuses a value it does not offer."""
    state, baseline = st.session_state, case.baseline
    if state.get("scope_level") not in baseline.level:
        state.pop("scope_level", None)
    if "scope_units" in state:
        state.scope_units = [unit for unit in state.scope_units if unit in baseline.units]
    if state.scope_mode == "close_gap" and not np.isfinite(baseline.provincial).any():
        state.scope_mode = "floor"
    first, last = _start_days(case)
    if "scope_start" in state and not first <= state.scope_start <= last:
        state.pop("scope_start")


def _start_days(case: Case) -> tuple[dt.date, dt.date]:
    """The days on which a change may start: from the day after the data to the last horizon."""
    first = case.calendar.as_of + dt.timedelta(days=1)
    return first, max([first, *case.calendar.horizons.values()])


def show_levers(scope: Scope, after: Outcome) -> None:
    """All levers, the three families that move most first, the others folded."""
    rules = session.case().baseline.rules
    if not scope.units:
        st.info(t("Choose at least one unit to move its levers."), icon=":material/touch_app:")
        return
    for name in FIRST:
        lever(scope, after, rules.index(name))
    rest = [c for c in range(len(rules.components)) if rules.components[c] not in FIRST]
    for family in dict.fromkeys(rules.lever_family[c] for c in rest):
        inside = [c for c in rest if rules.lever_family[c] == family]
        changed = sum(
            change.component in [rules.components[c] for c in inside]
            for change in session.scenario().changes
        )
        label = family_name(family)
        if changed:
            label += " · " + t("{count} changed", count=changed)
        # what is folded is not drawn: sixteen levers less on every move of a slider
        folded = st.expander(label, key=f"family-{family}", on_change="rerun")
        if folded.open:
            with folded:
                for component in inside:
                    lever(scope, after, component)


def lever(scope: Scope, after: Outcome, column: int) -> None:
    """One component: where it stands, what it is worth, its slider, box and way back."""
    baseline = session.case().baseline
    component = baseline.rules.components[column]
    if not baseline.summed[column]:
        mode: Mode = "floor" if scope.mode == "close_gap" else scope.mode
        scope = Scope((baseline.units[PROVINCE],), mode, scope.start, scope.ramp_weeks)
    rows = scope.rows(baseline)
    stands = scope_rate(baseline, baseline.rate, column, rows)
    change = _change(scope, component)
    _head(scope, column, stands, change)
    value = lever_value(baseline, after.rate, column, rows)
    if not np.isfinite(stands) or not value.known:
        st.caption(t("Not published, so this lever cannot be computed here."))
        return
    if scope.mode == "close_gap" and not _has_gap(baseline, column, rows):
        st.caption(t("No pair of figures from both portals here, so there is no gap to close."))
        return
    _slider(scope, component, stands, change)
    st.caption(worth(baseline, column, value))


def _has_gap(baseline: Baseline, column: int, rows: np.ndarray) -> bool:
    return bool((baseline.provincial[rows, column] > baseline.rate[rows, column]).any())


def _head(scope: Scope, column: int, stands: float, change: Change | None) -> None:
    name = component_name(session.case().dataset.rules, column)
    left, right = st.columns([5, 1], vertical_alignment="center")
    now = text.percent(stands, 1)
    if change is None:
        left.markdown(f"**{text.escape(name)}** · {now}")
        return
    target = text.percent(change.value, 1, sign=change.mode == "add")
    left.markdown(
        f":primary[●] **{text.escape(name)}** · {now} → "
        f"{mode_name(change.mode).lower()} **{target}**"
    )
    right.button(
        "",
        key=f"drop-{change.component}",
        icon=":material/close:",
        help=t("Take this change back"),
        type="tertiary",
        on_click=_drop,
        args=(scope.units, change.component),
    )


def _slider(scope: Scope, component: str, stands: float, change: Change | None) -> None:
    """A slider and a box for the same number, both written from the scenario before drawing."""
    kind = scope.mode if scope.mode in ("add", "close_gap") else "level"
    neutral = 0.0 if kind != "level" else round(100 * stands, 1)
    shown = 100 * change.value if change and change.mode == scope.mode else neutral
    keys = f"slide-{component}-{kind}", f"box-{component}-{kind}"
    st.session_state[keys[0]] = float(shown)
    st.session_state[keys[1]] = text.number(shown, 1)
    name = component_name(
        session.case().dataset.rules, session.case().dataset.rules.index(component)
    )
    left, right = st.columns([4, 1.2], vertical_alignment="center")
    left.slider(
        name,
        -100.0 if kind == "add" else 0.0,
        100.0,
        step=0.5,
        format="%.0f %%",
        key=keys[0],
        label_visibility="collapsed",
        on_change=_moved,
        args=(scope, component, keys[0]),
    )
    right.text_input(
        t("{name}, per cent", name=name),
        key=keys[1],
        label_visibility="collapsed",
        on_change=_moved,
        args=(scope, component, keys[1]),
    )


def worth(baseline: Baseline, column: int, value: LeverValue) -> str:
    """What one more percentage point brings, and how far the cap is, in words."""
    rules = baseline.rules
    target = text.percent(rules.target_rate[column], 0)
    assumed = rules.confidence[column] not in ("official", "fitted")
    mark = (
        " " + t("(this cap is {how}, not published)", how=confidence_name(rules.confidence[column]))
        if assumed
        else ""
    )
    if value.capped:
        return t(
            "At its cap: the province already earns all {points} from {target} on{mark}. "
            "Pushing it further moves the score by 0.",
            points=text.points(rules.max_points[column]),
            target=target,
            mark=mark,
        )
    return t(
        "+1 percentage point here = {now} for the province; at most {room} until {target}{mark}.",
        now=text.points(value.now, sign=True, digits=3),
        room=text.points(value.room, sign=True),
        target=target,
        mark=mark,
    )


def _change(scope: Scope, component: str) -> Change | None:
    """The change that all units of the scope share, if there is one."""
    found = [
        change
        for unit in scope.units
        for change in session.scenario().changes
        if (change.unit, change.component) == (unit, component)
    ]
    same = len({(c.mode, c.value) for c in found}) == 1 and len(found) == len(scope.units)
    return found[0] if same else None


def _moved(scope: Scope, component: str, key: str) -> None:
    """A slider or box was changed: put its number into the scenario."""
    raw = st.session_state[key]
    value = raw if isinstance(raw, float) else text.parse_number(str(raw))
    low = -100.0 if scope.mode == "add" else 0.0
    if value is None:
        session.tell(
            t("“{text}” is not a number; write for example 93,37.", text=text.escape(str(raw)[:40]))
        )
        return
    if not low <= value <= 100:
        session.tell(
            t(
                "{value} % is outside {low} to 100 %, so the nearest end was taken.",
                value=text.number(value),
                low=text.number(low, 0),
            )
        )
        value = min(max(value, low), 100.0)
    new = session.scenario()
    for unit in scope.units:
        new = set_change(
            new,
            Change(
                unit=unit,
                component=component,
                mode=scope.mode,
                value=round(value / 100, 6),
                start=scope.start,
                ramp_weeks=scope.ramp_weeks,
            ),
        )
    session.change(new)


def _drop(units: tuple[str, ...], component: str) -> None:
    new = session.scenario()
    for unit in units:
        new = without(new, unit, component)
    session.change(new)
