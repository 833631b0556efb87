"""How high a plan may set rates on new dossiers: limits for a level and a lever, as typed."""

import streamlit as st

from core.effort import Limit
from pages.parts import session, text
from pages.parts.goal_common import ALL, levels, lever_name, lever_names, scope_name
from pages.parts.text import t

Limits = dict[tuple[str, str], float]


def _kept() -> Limits:
    """The limits of this session and dataset, by level and lever (or all levers)."""
    name = f"goal_limits-{session.case().dataset.id}"
    kept: Limits = st.session_state.setdefault(name, {})
    return kept


def limits() -> tuple[Limit, ...]:
    """The limits as the engine takes them."""
    return tuple(
        Limit(f"level:{level}", component, rate) for (level, component), rate in _kept().items()
    )


def choose(levers: list[str]) -> None:
    """A lever, and a box for each level; what is set stands below with its way back."""
    names = {ALL: t("All levers"), **lever_names(levers)}
    component = st.selectbox(
        t("Highest rate on new dossiers, for"),
        list(names),
        key=f"goal_limit_lever-{session.case().dataset.id}",
        format_func=names.__getitem__,
        persist_state="session",
    )
    for place, level in zip(st.columns(len(levels())), levels(), strict=True):
        key = f"goal_limit-{session.case().dataset.id}-{component}-{level}"
        rate = _kept().get((level, component))
        st.session_state[key] = "" if rate is None else text.number(100 * rate, 1)
        place.text_input(
            t("{level}, at most %", level=scope_name(f"level:{level}")),
            key=key,
            placeholder="100",
            on_change=_typed,
            args=(level, component, key),
        )
    for level, name in list(_kept()):
        _line(level, name)


def _line(level: str, component: str) -> None:
    left, right = st.columns([8, 1], vertical_alignment="center")
    words = t(
        "{scope} – {component}: at most {rate}",
        scope=scope_name(f"level:{level}"),
        component=t("All levers") if component == ALL else lever_name(component),
        rate=text.percent(_kept()[level, component], 1),
    )
    left.markdown(text.escape(words))
    right.button(
        "",
        key=f"goal_limit_drop-{level}-{component}",
        icon=":material/close:",
        help=t("Take this limit away"),
        type="tertiary",
        on_click=_drop,
        args=(level, component),
    )


def _drop(level: str, component: str) -> None:
    _kept().pop((level, component), None)


def _typed(level: str, component: str, key: str) -> None:
    typed = str(st.session_state[key])
    value = text.parse_number(typed)
    if not typed.strip():
        _kept().pop((level, component), None)
    elif value is None or not 0 <= value <= 100:
        session.tell(t("Write a number from 0 to 100, for example 60 or 62,5."))
    else:
        _kept()[level, component] = value / 100


def raise_all(amount: float) -> None:
    """All limits higher by a fraction, rounded up so that it is enough."""
    for key, rate in _kept().items():
        _kept()[key] = min(1.0, rate + amount)
