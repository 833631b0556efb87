"""The levers: a slider and a number box for each component."""

import zlib

import numpy as np
import streamlit as st

from core.index.coupling import UNCOUPLED, partners
from core.index.rollup import PROVINCE, Baseline, Outcome
from core.levers.leverage import LeverValue, lever_value, scope_rate
from core.scenario.apply import give_way
from core.scenario.model import Change, Mode, Scenario, phases, without
from core.scenario.scope import ALL
from pages.parts.simulate.scope import Scope
from pages.parts.state import session
from pages.parts.widgets.folded import fold
from pages.parts.words import text
from pages.parts.words.names import component_name, confidence_name, family_name, mode_name
from pages.parts.words.text import t


def show_levers(scope: Scope, after: Outcome) -> None:
    """All levers, the three families that move most first, the others folded."""
    rules = session.case().baseline.rules
    if not scope.units:
        st.info(t("Choose at least one unit to move its levers."), icon=":material/touch_app:")
        return
    for name in rules.first:
        lever(scope, after, rules.index(name))
    rest = [c for c in range(len(rules.components)) if rules.components[c] not in rules.first]
    for family in dict.fromkeys(rules.lever_family[c] for c in rest):
        inside = [c for c in rest if rules.lever_family[c] == family]
        changed = sum(
            change.component in [rules.components[c] for c in inside]
            for change in session.scenario().changes
        )
        held = f":primary[●] {t('{count} changed', count=changed)}" if changed else ""
        if inner := fold(family_name(family), f"family-{family}", held):
            with inner:
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
    other = _partner(baseline, column)
    own_way = any(one.component == other for one in session.scenario().changes)
    value = lever_value(baseline, after.rate, column, rows, by_itself=own_way)
    if not np.isfinite(stands) or not value.known:
        st.caption(t("Not published, so this lever cannot be computed here."))
        return
    if scope.mode == "close_gap" and not _has_gap(baseline, column, rows):
        st.caption(t("No pair of figures from both portals here, so there is no gap to close."))
        return
    _slider(scope, component, stands, change)
    if change and (change.end or len(phases(session.scenario(), change.unit, component)) > 1):
        st.caption(t("Changes with dates of their own: the slider puts one in their place."))
    st.caption(worth(baseline, column, value))
    if other:
        reached = scope_rate(baseline, after.rate, column, rows)
        _same_dossiers(other, own_way and change is None, stands, reached)
    if count := _elsewhere(session.scenario(), scope, component):
        words = t("{count} changes of this in other scopes; the narrower one holds.", count=count)
        st.caption(f":material/info: {words}")


def _partner(baseline: Baseline, column: int) -> str | None:
    """The component that counts the same dossiers, where it can be moved here too."""
    pair = int(partners(baseline.rules)[column])
    known = pair != UNCOUPLED and bool(np.isfinite(baseline.rate[:, pair]).any())
    return baseline.rules.components[pair] if known else None


def _same_dossiers(other: str, follows: bool, stands: float, reached: float) -> None:
    """What moves along, as long as the scenario does not set both."""
    rules = session.case().dataset.rules
    name = component_name(rules, rules.index(other))
    words = (
        t(
            "Follows “{other}”, the same dossiers: {stands} → {reached}.",
            other=name,
            stands=text.percent(stands, 1),
            reached=text.percent(reached, 1),
        )
        if follows
        else t("The same dossiers as “{other}”: it moves along unless it is set too.", other=name)
    )
    st.caption(f":material/link: {text.escape(words)}")


def _has_gap(baseline: Baseline, column: int, rows: np.ndarray) -> bool:
    return bool((baseline.provincial[rows, column] > baseline.rate[rows, column]).any())


def _head(scope: Scope, column: int, stands: float, change: Change | None) -> None:
    name = component_name(session.case().dataset.rules, column)
    now = text.percent(stands, 1)
    if change is None:
        st.markdown(f"**{text.escape(name)}** · {now}")
        return
    target = text.percent(change.value, 1, sign=change.mode == "add")
    row = st.container(horizontal=True, vertical_alignment="center", wrap=False)
    row.markdown(
        f":primary[●] **{text.escape(name)}** · {now} → "
        f"{mode_name(change.mode).lower()} **{target}**"
    )
    row.button(
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
    # a scope of its own: one that is moved while another scope is still being drawn does nothing
    # rather than move the wrong units
    own = "" if scope.units == (ALL,) else f"-{zlib.crc32('+'.join(scope.units).encode()):x}"
    keys = f"slide-{component}-{kind}{own}", f"box-{component}-{kind}{own}"
    st.session_state[keys[0]] = float(shown)
    st.session_state[keys[1]] = text.number(shown, 1)
    name = component_name(
        session.case().dataset.rules, session.case().dataset.rules.index(component)
    )
    # one row and not columns: less to send on every move
    row = st.container(horizontal=True, vertical_alignment="center", wrap=False)
    row.slider(
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
    row.text_input(
        t("{name}, per cent", name=name),
        key=keys[1],
        label_visibility="collapsed",
        width=88,
        on_change=_moved,
        args=(scope, component, keys[1]),
    )


def worth(baseline: Baseline, column: int, value: LeverValue) -> str:
    """What one more percentage point brings, and how far the cap is, in words."""
    rules = baseline.rules
    target = text.percent(rules.target_rate[column], 0)
    assumed = rules.confidence[column] not in ("official", "fitted")
    mark = (
        " " + t("(this cap: {how}, not published)", how=confidence_name(rules.confidence[column]))
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
    """The change that all units of the scope share in the end, if there is one."""
    turns = [phases(session.scenario(), unit, component) for unit in scope.units]
    found = [turn[-1] for turn in turns if turn]
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
    before = new = session.scenario()
    for unit in scope.units:
        change = Change(
            unit=unit,
            component=component,
            mode=scope.mode,
            value=round(value / 100, 6),
            start=scope.start,
            ramp_weeks=scope.ramp_weeks,
        )
        new = give_way(new, session.case().baseline, change)
    if dropped := _elsewhere(before, scope, component) - _elsewhere(new, scope, component):
        session.tell(
            t(
                "This takes the place of {count} changes of single levels or units; Undo brings "
                "them back.",
                count=dropped,
            )
        )
    session.change(new)


def _elsewhere(scenario: Scenario, scope: Scope, component: str) -> int:
    """How many changes of a component other scopes have."""
    return sum(c.component == component and c.unit not in scope.units for c in scenario.changes)


def _drop(units: tuple[str, ...], component: str) -> None:
    new = session.scenario()
    for unit in units:
        new = without(new, unit, component)
    session.change(new)
