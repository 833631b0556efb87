"""How high a plan may set rates on new dossiers: limits for units, levels and levers, as typed."""

import streamlit as st

from core.goal.options import Limit
from core.scenario.scope import ALL
from pages.parts.shared.named import lever_name, lever_names, scope_names
from pages.parts.state import session
from pages.parts.widgets import pick, revocable
from pages.parts.words import text
from pages.parts.words.text import t

Limits = dict[tuple[str, str], float]
# the box whose text is no number, so that it is still there to be put right
WRONG = "goal_limit_wrong"


def _kept() -> Limits:
    """The limits of this session and dataset, by scope (or all units) and lever (or all levers)."""
    name = f"goal_limits-{session.case().dataset.id}"
    kept: Limits = st.session_state.setdefault(name, {})
    return kept


def limits() -> tuple[Limit, ...]:
    """The limits as the engine takes them."""
    return tuple(Limit(scope, component, rate) for (scope, component), rate in _kept().items())


def choose(levers: list[str]) -> None:
    """Whose new dossiers, which lever, how much at most; what is set stands below."""
    dataset = session.case().dataset.id
    scopes = {ALL: t("All units"), **scope_names()}
    names = {ALL: t("All levers"), **lever_names(levers)}
    st.markdown(t("Limits on new dossiers"))
    scope = pick.one(
        st.container(),
        t("Of whom"),
        scopes,
        f"goal_limit_scope-{dataset}",
        persist_state="session",
    )
    left, right = st.columns([3, 1])
    component = left.selectbox(
        t("Lever"),
        list(names),
        key=f"goal_limit_lever-{dataset}",
        format_func=names.__getitem__,
        persist_state="session",
    )
    key = f"goal_limit-{dataset}-{component}-{scope}"
    rate = _kept().get((scope, component))
    wrong = st.session_state.get(WRONG) == key
    if not wrong:
        st.session_state[key] = "" if rate is None else text.number(100 * rate, 1)
    right.text_input(
        t("At most, %"),
        key=key,
        placeholder="100",
        on_change=_typed,
        args=(scope, component, key),
    )
    if wrong:
        st.error(t("Write a number from 0 to 100, for example 60 or 62,5."))
    for place in list(_kept()):
        _line(*place, scopes)


def _line(scope: str, component: str, scopes: dict[str, str]) -> None:
    words = t(
        "{scope} – {component}: at most {rate}",
        scope=scopes[scope],
        component=t("All levers") if component == ALL else lever_name(component),
        rate=text.percent(_kept()[scope, component], 1),
    )
    key = f"goal_limit_drop-{scope}-{component}"
    revocable.show(words, key, t("Take this limit away"), _drop, (scope, component))


def _drop(scope: str, component: str) -> None:
    _kept().pop((scope, component), None)


def _typed(scope: str, component: str, key: str) -> None:
    typed = str(st.session_state[key])
    value = text.parse_number(typed)
    st.session_state[WRONG] = ""
    if not typed.strip():
        _drop(scope, component)
    elif value is None or not 0 <= value <= 100:
        st.session_state[WRONG] = key
    else:
        _kept()[scope, component] = value / 100


def raise_all(amount: float) -> None:
    """All limits higher by a fraction, rounded up so that it is enough."""
    for key, rate in _kept().items():
        _kept()[key] = min(1.0, rate + amount)
