"""The what-if on the rules: other points or another target for a component."""

import streamlit as st

from core.index.rollup import PROVINCE
from core.outlook.timeline import TODAY
from core.scenario.model import RuleEdit
from pages.parts.shared.strip import answer, effect
from pages.parts.state import edits, results, session
from pages.parts.words import text
from pages.parts.words.names import component_name
from pages.parts.words.text import t


def show() -> None:
    """Pick a component, type other points or another target, see the score; take it back."""
    rules = session.case().dataset.rules
    column = st.selectbox(
        t("Component"),
        range(len(rules.components)),
        key="rule_component",
        index=rules.shown_first,
        format_func=lambda c: component_name(rules, c),
    )
    name = rules.components[column]
    edit = session.scenario().assumptions.rules.get(name)
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    st.session_state.rule_points = text.number(
        edit.max_points if edit else rules.max_points[column]
    )
    st.session_state.rule_target = text.number(
        100 * (edit.target_rate if edit else rules.target_rate[column]), 1
    )
    left.text_input(t("Points at most"), key="rule_points", on_change=_changed, args=(name,))
    middle.text_input(t("Full points from, %"), key="rule_target", on_change=_changed, args=(name,))
    right.button(
        t("As it is"),
        icon=":material/undo:",
        disabled=edit is None,
        on_click=_back,
        args=(name,),
        width="stretch",
    )
    if not session.case().baseline.carried[PROVINCE, column]:
        st.info(
            t(
                "The province's rate of this component is not published: its points are known only "
                "as part of the group, so other rules for it move nothing here."
            ),
            icon=":material/block:",
        )
    edits = session.scenario().assumptions.rules
    if edits:
        found = results.outlooks()
        st.markdown("**" + text.escape(f"{answer(found)} {effect(found[TODAY])}") + "**")
        st.caption(
            t("The other provinces are still scored by the real rules, so read the rank with care.")
        )
        for component, one in edits.items():
            st.markdown(
                "- "
                + text.escape(
                    t(
                        "{component}: {points} from {target} on",
                        component=component_name(rules, rules.index(component)),
                        points=text.points(one.max_points),
                        target=text.percent(one.target_rate, 1),
                    )
                )
            )


def _changed(component: str) -> None:
    points = text.parse_number(st.session_state.rule_points)
    target = text.parse_number(st.session_state.rule_target)
    if points is None or not 0 <= points <= 100:
        session.tell(t("Points must be a number from 0 to 100."))
    elif target is None or not 0 < target <= 100:
        session.tell(t("The target must be a number above 0 and up to 100%."))
    else:
        _store(component, RuleEdit(max_points=points, target_rate=target / 100))


def _back(component: str) -> None:
    _store(component, None)


def _store(component: str, edit: RuleEdit | None) -> None:
    scenario = session.scenario()
    rules = {k: v for k, v in scenario.assumptions.rules.items() if k != component}
    real = session.case().dataset.rules
    column = real.index(component)
    same = edit and (edit.max_points, edit.target_rate) == (
        real.max_points[column],
        real.target_rate[column],
    )
    if edit and not same:
        rules[component] = edit
    assumed = scenario.assumptions.model_copy(update={"rules": rules})
    edits.change(scenario.model_copy(update={"assumptions": assumed}))
