"""What the views of the allocation share: rules, amounts, number boxes, the way to a scenario."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.index.rollup import Baseline
from core.levers.leverage import leverage, moved_by_units
from core.plans.model import TargetPlan
from core.problems import DataError
from core.scenario.apply import assumed_rules
from core.scenario.model import Scenario
from pages.parts.shared.named import scope_names
from pages.parts.state import edits, links, session
from pages.parts.state.plans import at_hand
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.text import t


def baseline() -> Baseline:
    """The baseline under the rules that the scenario on the screen assumes."""
    return assumed_rules(session.scenario(), session.case().baseline)


def unit_levers() -> list[str]:
    """Components that units move and that ministries don't hold up, in the order of the rules."""
    base = baseline()
    able = moved_by_units(base) & leverage(base).known
    names = zip(base.rules.components, able, base.rules.who, strict=True)
    return [name for name, can, who in names if can and who == "units"]


def province_levers() -> list[str]:
    """Components that the province itself moves and that can still earn points."""
    lever, rules = leverage(baseline()), baseline().rules
    left = lever.known & ~lever.by_units & (lever.headroom > 0)
    names = zip(rules.components, left, rules.who, strict=True)
    return [name for name, can, who in names if can and who == "province"]


def choose_held(key: str) -> tuple[str, ...]:
    """Units and levels that keep their pace."""
    chosen = pick.several(
        st.container(),
        t("Units held at their present pace"),
        scope_names(),
        f"{key}-{session.case().dataset.id}",
        placeholder=t("None"),
        persist_state="session",
    )
    return tuple(chosen)


def number_box(
    place: DeltaGenerator,
    label: str,
    key: str,
    usual: float | None,
    low: float,
    high: float,
    digits: int = 0,
) -> float | None:
    """A number that people type with comma or point; None where it is empty or none at all."""
    typed = place.text_input(
        label,
        "" if usual is None else text.number(usual, digits),
        key=f"{key}-{session.case().dataset.id}",
        persist_state="session",
    )
    value = text.parse_number(typed)
    if typed.strip() and (value is None or not low <= value <= high):
        low_text, high_text = text.number(low, digits), text.number(high, digits)
        place.error(t("Write a number from {low} to {high}.", low=low_text, high=high_text))
        return None
    return value


@dataclass(frozen=True)
class Measure:
    """What effort is measured in: dossiers where `counted`, else parts of the province's;
    `estimated` where the volumes of units are."""

    counted: bool
    estimated: bool

    def amount(self, value: float, digits: int = 0) -> str:
        """An amount with its unit: `1.200 hồ sơ`, or `≈ 14,9 % số hồ sơ của tỉnh`."""
        mark = text.mark(self.estimated)
        if self.counted:
            return mark + t("{count} dossiers", count=text.number(value, digits))
        return mark + t("{part} of the province's dossiers", part=text.percent(value, 1))

    def heading(self) -> str:
        """The heading of a column of amounts."""
        name = t("Dossiers") if self.counted else t("Part of the province's dossiers, %")
        return text.estimated(name, self.estimated)

    def figure(self, value: float) -> float:
        """An amount as it stands in such a column."""
        return value if self.counted else 100 * value

    def work(self, value: float) -> str:
        """Effort with its unit: dossiers weighted by difficulty."""
        mark = text.mark(self.estimated)
        if self.counted:
            return mark + t("{count} units of effort", count=text.number(value, 0))
        return mark + t("{count} units of effort", count=text.number(100 * value, 1))

    def about(self) -> str:
        """What these units are, in a sentence."""
        if self.counted:
            return t(
                "A unit of effort is one dossier among the easiest third of what a unit still "
                "has to do; harder ones count more."
            )
        return t(
            "Numbers of dossiers are not published here, so amounts are parts: 100% is as many "
            "dossiers as the whole province has had so far this year, for one lever. A unit of "
            "effort is 1% of them among the easiest third; harder ones count more."
        )


def measure(counted: bool) -> Measure:
    """The measure of the dataset on the screen."""
    base = session.case().baseline
    weighed = leverage(base).weight > 0
    return Measure(counted, bool(np.isnan(base.dossiers[weighed]).any()))


def offer(made: Scenario, label: str, key: str) -> None:
    """One click makes it the scenario on the screen, under the assumptions that hold there."""
    ready = made.model_copy(update={"assumptions": session.scenario().assumptions})
    if ready.changes == session.scenario().changes:
        st.success(t("This is the scenario on the screen now."), icon=":material/check:")
        st.page_link("simulate.py", label=t("See it in Simulate"), icon=":material/tune:")
        return
    st.button(
        label,
        key=key,
        type="primary",
        icon=":material/input:",
        on_click=edits.change,
        args=(ready,),
        disabled=not ready.changes,
        help=t("It replaces the scenario on the screen; undo in Simulate brings that back."),
    )


def offer_plan(make: Callable[[], TargetPlan], key: str) -> None:
    """One click makes a plan of targets of it, and opens that."""
    if not st.button(t("Make a plan of targets of this"), key=key, icon=":material/flag:"):
        return
    try:
        made = make()
    except DataError as error:
        st.error(links.sentences(error))
        return
    at_hand.begin(made)
    st.switch_page("targets.py")
