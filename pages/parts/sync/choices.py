"""What has to be known of a matching, and what a person decides: codes, rows of one dossier."""

from dataclasses import replace

import streamlit as st

from core.dossiers.judging.cautions import WHICH, Caution, said_rules
from core.dossiers.judging.choices import Choices
from core.dossiers.queries import SIDES
from core.dossiers.results.matched import Matched
from core.problems import shorten
from pages.parts.state import session
from pages.parts.sync.desk import Desk
from pages.parts.words import text
from pages.parts.words.text import t

OFFERS = ("two_code_forms", "lost_zeros")


def show(found: Desk, matched: Matched) -> bool:
    """Every caution in a sentence, with the choices that it leaves; whether to match again."""
    again = False
    for caution in matched.cautions:
        if caution.blocks:
            st.warning(sentence(caution), icon=":material/warning:")
        if caution.kind in OFFERS:
            again = _codes(found, matched) or again
        if caution.kind == "codes_hardly_meet":
            again = _as_written(found) or again
        if caution.kind == "contradicting":
            again = _rows(found) or again
    notes = [one for one in matched.cautions if not one.blocks]
    if notes or any(matched.periods.values()):
        st.caption("  \n".join([*_periods(matched), *map(sentence, notes)]))
    return _taken_back(found) or again


def sentence(caution: Caution) -> str:
    """A caution in the language of the screen, safe to show as Markdown."""
    details = {
        name: shorten(value, 80)
        if isinstance(value, str)
        else text.number(value, 0)
        if isinstance(value, int)
        else value
        for name, value in caution.details.items()
    }
    words = replace(caution, details=details).said(t)
    return text.escape(words[:1].upper() + words[1:] + ".")


def _choices(found: Desk) -> Choices:
    return found.choices.get(session.case().dataset.id, Choices())


def _say(found: Desk, choices: Choices) -> None:
    found.choices[session.case().dataset.id] = choices


def _codes(found: Desk, matched: Matched) -> bool:
    """The rule that was found: the same dossiers, or others."""
    assert matched.offer is not None
    left, right = st.columns(2)
    same = left.button(
        t("They are the same: compare by this rule"),
        icon=":material/link:",
        type="primary",
        key="codes_same",
        width="stretch",
    )
    if same:
        now = _choices(found)
        _say(found, replace(now, rules=tuple(dict.fromkeys((*now.rules, *matched.offer.rules)))))
    other = right.button(
        t("They are other dossiers"), icon=":material/link_off:", key="codes_other", width="stretch"
    )
    if other:
        _say(found, replace(_choices(found), as_written=True))
    return same or other


def _as_written(found: Desk) -> bool:
    said = st.button(
        t("The lists are right: count them as missing"), icon=":material/done:", key="codes_right"
    )
    if said:
        _say(found, replace(_choices(found), as_written=True))
    return said


def _rows(found: Desk) -> bool:
    """Which row of a dossier counts."""
    names = {
        "latest": t("The latest by date counts; of the same day the last one in the list"),
        "any": t("One row that says yes is enough"),
        "first": t("The first one in the list counts"),
    }
    keep = st.selectbox(
        t("Which row of a dossier counts?"),
        list(names),
        index=None,
        format_func=lambda name: names[name],
        key="rows_keep",
        placeholder=t("Choose"),
    )
    said = st.button(
        t("Match again by this choice"),
        icon=":material/join_inner:",
        disabled=keep is None,
        key="rows_again",
    )
    if said and keep is not None:
        _say(found, replace(_choices(found), keep=keep))
    return said


def _taken_back(found: Desk) -> bool:
    """What was said and is remembered for this dataset, with the way back."""
    now = _choices(found)
    said = [*(t(rule) for rule in said_rules(now.rules))]
    said += [t("codes that do not meet are other dossiers")] if now.as_written else []
    said += [t(WHICH[now.keep])] if now.keep != "agree" else []
    if now == Choices():
        return False
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption(text.escape(t("Remembered for this dataset: {said}", said="; ".join(said))))
    back = right.button(t("Take back"), icon=":material/undo:", key="choices_back")
    if back:
        _say(found, Choices())
    return back


def _periods(matched: Matched) -> list[str]:
    """The days of both lists, as far as they have dates."""
    names = {"provincial": t("Provincial portal"), "national": t("National portal")}
    said = []
    for side in SIDES:
        period = matched.periods[side]
        if period is not None:
            first, last = text.date(period.first), text.date(period.last)
            said.append(f"{names[side]}: {first} – {last}")
    return [text.escape("; ".join(said))] if said else []
