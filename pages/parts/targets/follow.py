"""The issued plan against the newest figures: who is ahead, on course, behind, and whom to call."""

import pandas as pd
import streamlit as st

from core.outlook.case import Case
from core.plans.files import plan_text, read_plan
from core.plans.model import TargetPlan
from core.track.course import Pursuit
from core.track.follow import Followup, follow_up
from core.track.moved_on import MovedOn
from pages.parts.shared import tables
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.targets import bar
from pages.parts.widgets import folded
from pages.parts.words import text
from pages.parts.words.names import component_name, unit_names
from pages.parts.words.text import t

MOST_RESTATED = 6


def show(plan: TargetPlan) -> None:
    """Sentences, the ten to call, the report of the week, every target; nothing of a draft."""
    if plan.state != "issued" or not plan.targets:
        return
    found = _followed(session.case().dataset.id, session.case().dataset.version, plan_text(plan))
    st.subheader(t("Follow-up of the issued plan"))
    st.markdown(text.escape(_sentence(found)))
    for moved, since in ((found.since_plan, True), (found.since_last, False)):
        if moved is not None and (since or moved.before != _day(found.since_plan)):
            st.markdown("  \n".join(text.escape(one) for one in _moves(moved, since)))
    _restated(found)
    names = unit_names(session.case().dataset)
    table = _calls(found, names)
    if len(table):
        st.markdown(t("**Whom to call first**"))
        tables.show(table, key="calls", file="can-don-doc.csv")
    bar.offer_report("follow-report")
    opened = folded.fold(t("Every target against its course"), key="follow-all")
    if opened is not None:
        with opened:
            _every(found, names)


def _every(found: Followup, names: dict[str, str]) -> None:
    tables.show(_frame(found, names), key="follow", file="theo-doi.csv", estimated=_guessed(found))
    st.caption(
        t(
            "The course is the constant rate on new dossiers, from the figures of {date} on, that "
            "just meets the target. A unit is off it only beyond the control band of three "
            "standard deviations; less may be chance.",
            date=text.date(found.start),
        )
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _followed(dataset: str, version: str, plan: str) -> Followup:
    return follow_up(seen.cases()[dataset], read_plan(plan))


def _day(moved: MovedOn | None) -> object:
    return None if moved is None else moved.before


def pursuit_name(one: Pursuit) -> str:
    """A standing in words, with a mark that needs no colour."""
    return {
        Pursuit.MET: "✓ " + t("met"),
        Pursuit.AHEAD: "⇑ " + t("ahead of its course"),
        Pursuit.ON_COURSE: "↗ " + t("on course"),
        Pursuit.BEHIND: "▽ " + t("behind its course"),
        Pursuit.OUT_OF_REACH: "✕ " + t("out of reach"),
        Pursuit.MISSED: "✕ " + t("due and not met"),
        Pursuit.UNKNOWN: "· " + t("no figures to tell"),
    }[one]


def _sentence(found: Followup) -> str:
    if not found.has_news:
        return t(
            "No figures came yet after those of {date}, from which the plan starts.",
            date=text.date(found.start),
        )
    count = {one: text.number(many, 0) for one, many in found.counts.items()}
    return t(
        "From {start} to {now}: of {all} targets {met} are met, {ahead} ahead, {course} on course, "
        "{behind} behind, {out} out of reach, {missed} due and not met.",
        start=text.date(found.start),
        now=text.date(found.as_of),
        all=text.number(len(found.rows), 0),
        met=count[Pursuit.MET],
        ahead=count[Pursuit.AHEAD],
        course=count[Pursuit.ON_COURSE],
        behind=count[Pursuit.BEHIND],
        out=count[Pursuit.OUT_OF_REACH],
        missed=count[Pursuit.MISSED],
    )


def _moves(moved: MovedOn, since_plan: bool) -> list[str]:
    """Score and rank, each with what it would have done by the field's pace and noise alone."""
    words = (
        t("Since the plan ({date}):", date=text.date(moved.before.day))
        if since_plan
        else t("Since the figures before ({date}):", date=text.date(moved.before.day))
    )
    said = []
    if moved.score_change == moved.score_change:
        change = t("score {change} points", change=text.number(moved.score_change, 2, sign=True))
        said.append(change + _noise(moved.score_expected, moved.score_beyond, 2))
    if moved.rank_change is not None and moved.before.rank is not None:
        change = t(
            "rank {before} → {now}",
            before=text.number(moved.before.rank, 0),
            now=text.number(moved.now.rank or 0, 0),
        )
        said.append(change + _noise(moved.rank_expected, moved.rank_beyond, 0))
    return [f"{words} {'; '.join(said)}."] if said else []


def _noise(ends: tuple[float, float] | None, beyond: int, digits: int) -> str:
    if ends is None:
        return ""
    low, high = (text.number(end, digits) for end in ends)
    verdict = {
        1: t("better than the field's own ups and downs explain"),
        0: t("within what the field's own ups and downs explain"),
        -1: t("worse than the field's own ups and downs explain"),
    }[beyond]
    return " " + t("({verdict}, 80%: {low} to {high})", verdict=verdict, low=low, high=high)


def _restated(found: Followup) -> None:
    if found.restated.empty:
        return
    case, names = session.case(), unit_names(session.case().dataset)
    said = [
        t(
            "{unit}, {component} on {date}: {before} → {now}",
            unit=names.get(str(row["unit"]), str(row["unit"])),
            component=_component(case, str(row["figure"])),
            date=text.date(row["as_of"]),
            before=text.number(row["before"]),
            now=text.number(row["now"]),
        )
        for _, row in found.restated.head(MOST_RESTATED).iterrows()
    ]
    st.warning(
        t(
            "{count} figures of the plan's time were stated anew since: {named}",
            count=text.number(len(found.restated), 0),
            named=text.escape("; ".join(said)),
        ),
        icon=":material/history:",
    )


def _component(case: Case, code: str) -> str:
    return component_name(case.dataset.rules, case.dataset.rules.index(code))


def _calls(found: Followup, names: dict[str, str]) -> pd.DataFrame:
    case, table = session.case(), found.called
    return pd.DataFrame(
        {
            t("Unit"): [names[unit] for unit in table["unit"]],
            t("Extra a week"): table["extra"].astype(float).to_numpy(),
            t("Targets behind"): [text.number(many, 0) for many in table["targets"]],
            t("Farthest behind"): [_component(case, code) for code in table["component"]],
            t("Now, %"): 100 * table["actual"].astype(float).to_numpy(),
            t("Course, %"): 100 * table["course"].astype(float).to_numpy(),
            t("Target, %"): 100 * table["target"].astype(float).to_numpy(),
            t("Due"): [text.date(due) for due in table["due"]],
        }
    )


def _frame(found: Followup, names: dict[str, str]) -> pd.DataFrame:
    case, rows = session.case(), found.rows
    return pd.DataFrame(
        {
            t("Unit"): [names[unit] for unit in rows["unit"]],
            t("Component"): [_component(case, code) for code in rows["component"]],
            t("Due"): [text.date(due) for due in rows["due"]],
            t("Target, %"): 100 * rows["target"].astype(float),
            t("Now, %"): 100 * rows["actual"].astype(float),
            t("Course, %"): 100 * rows["course"].astype(float),
            t("Control band, ± %"): 100 * rows["band"].astype(float),
            t("Needed on new dossiers, %"): 100 * rows["needed"].astype(float).clip(lower=0),
            t("Dossiers a week"): rows["weekly"].astype(float),
            t("Against the plan, a week"): rows["extra"].astype(float),
            t("Standing"): [pursuit_name(one) for one in rows["standing"]],
        }
    ).reset_index(drop=True)


def _guessed(found: Followup) -> dict[str, "pd.Series[bool]"]:
    marked = found.rows["estimated"].astype(bool).reset_index(drop=True)
    return dict.fromkeys((t("Now, %"), t("Needed on new dossiers, %")), marked)
