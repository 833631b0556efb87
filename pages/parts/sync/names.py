"""Unit names of the lists that no unit here has: a person says which unit is meant."""

import streamlit as st

from core.dossiers.matching import Matched
from core.dossiers.unit_guess import suggest
from core.problems import shorten
from pages.parts.state import session
from pages.parts.sync.desk import Desk
from pages.parts.widgets import pick, revocable
from pages.parts.words import text
from pages.parts.words.names import in_order, unit_names
from pages.parts.words.text import t

SHOWN = 10


def aliases(found: Desk) -> dict[str, str]:
    """What was said so far for this dataset: code of the unit by name in the lists."""
    return found.aliases.setdefault(session.case().dataset.id, {})


def show(found: Desk, matched: Matched) -> bool:
    """A box for each of the most frequent unknown names; whether to match again with them."""
    said = aliases(found)
    for name, code in list(said.items()):
        _said(name, code, said)
    if matched.unknown.empty:
        return False
    st.markdown("**" + t("Which unit is meant?") + "**")
    st.caption(
        t(
            "A name is taken for a unit only where you say so: what is marked as similar is a "
            "suggestion. Names left open stay counted as unknown."
        )
    )
    chosen = dict(_ask(name, count) for name, count in _frequent(matched).items())
    new = {name: code for name, code in chosen.items() if code is not None}
    if not st.button(
        t("Match again with these names: {count}", count=len(new)),
        icon=":material/join_inner:",
        disabled=not new,
        key="match_again",
    ):
        return False
    said.update(new)
    return True


def _frequent(matched: Matched) -> dict[str, int]:
    """The names that most dossiers have, with how many dossiers of both lists."""
    named = matched.unknown[matched.unknown["unit_in_file"].notna()].head(SHOWN)
    counts = named["provincial"] + named["national"]
    return dict(zip(named["unit_in_file"].astype(str), counts.astype(int), strict=True))


def _ask(name: str, count: int) -> tuple[str, str | None]:
    dataset = session.case().dataset
    names, near = unit_names(dataset), _near(dataset.id, dataset.version, name)
    codes = [dataset.units.index[u] for u in in_order(dataset, session.case().baseline)]
    others = [str(code) for code in codes if code != near]

    def called(code: str | None) -> str:
        if code is None:
            return t("leave it unknown")
        return t("{unit} (similar name)", unit=names[code]) if code == near else names[code]

    words = t(
        "“{name}”, {count} dossiers of both lists",
        name=shorten(name),
        count=text.number(count, 0),
    )
    if near:
        words += " – " + t("similar name: {unit}", unit=names[near])
    st.markdown(text.escape(words))
    options = [None, *([near] if near else []), *others]
    key = f"alias-{dataset.id}-{name}"
    # screen readers get the label as it is written, so it stands above escaped and here plain
    chosen = pick.one(
        st.container(),
        words,
        {code: called(code) for code in options},
        key,
        label_visibility="collapsed",
    )
    return name, chosen


@st.cache_data(show_spinner=False, max_entries=2000)
def _near(dataset: str, version: str, name: str) -> str | None:
    return suggest(name, session.cases()[dataset].dataset.units)


def _said(name: str, code: str, said: dict[str, str]) -> None:
    words = t(
        "As you said, “{name}” is {unit}.",
        name=shorten(name),
        unit=unit_names(session.case().dataset)[code],
    )
    about = t("Take this back; it counts from the next matching on")
    revocable.show(words, f"alias_drop-{name}", about, _take_back, (name, said))


def _take_back(name: str, said: dict[str, str]) -> None:
    said.pop(name, None)
