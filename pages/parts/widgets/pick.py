"""Pickers from many names, which are found without accents too: `doan hung` is Đoan Hùng.

Streamlit's own lists compare letter by letter, so what is typed without accents finds nothing in
them. It is taken as an answer then, and looked up here.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.problems import shorten
from core.text import called_like
from pages.parts.words import text
from pages.parts.words.text import t

Key = TypeVar("Key")
SHOWN = 5  # names in a sentence


def several(
    where: DeltaGenerator, label: str, names: Mapping[Key, str], key: str, **options: Any
) -> list[Key]:
    """Any number of `names` (key -> name). `options` go to Streamlit's multiselect."""

    def take() -> None:
        chosen, said = [], ""
        for value in st.session_state[key]:
            found = [value] if value in names else called_like(value, names)
            said = said or _told(value, found, names)
            chosen += [one for one in found[:1] if len(found) == 1 and one not in chosen]
        st.session_state[key] = chosen
        st.session_state[f"{key}-said"] = said

    chosen = where.multiselect(
        label,
        list(names),
        key=key,
        format_func=lambda code: names.get(code, str(code)),
        accept_new_options=True,
        on_change=take,
        **options,
    )
    _say(where, key)
    return [code for code in chosen if code in names]


def one(
    where: DeltaGenerator, label: str, names: Mapping[Key, str], key: str, **options: Any
) -> Key:
    """One of `names` (key -> name), the first to begin with. `options` go to the selectbox."""
    last, change = f"{key}-last", options.pop("on_change", None)

    def take() -> None:
        value = st.session_state[key]
        found = [value] if value in names else called_like(value, names)
        st.session_state[f"{key}-said"] = _told(value, found, names)
        kept = st.session_state.get(last, next(iter(names)))
        st.session_state[key] = found[0] if len(found) == 1 else kept
        if change is not None and len(found) == 1:
            change()

    chosen = where.selectbox(
        label,
        list(names),
        key=key,
        format_func=lambda code: names.get(code, str(code)),
        accept_new_options=True,
        on_change=take,
        **options,
    )
    chosen = chosen if chosen in names else next(iter(names))
    st.session_state[last] = chosen
    _say(where, key)
    return chosen


def _told(typed: object, found: list[Any], names: Mapping[Any, str]) -> str:
    """Why what was typed is nobody's name, in words; empty where it is one's."""
    if len(found) == 1:
        return ""
    if not found:
        return t("Nothing here is called “{name}”.", name=shorten(str(typed)))
    shown = ", ".join(names[one] for one in found[:SHOWN])
    more = "…" if len(found) > SHOWN else ""
    return t(
        "“{name}” fits {count} names: {names}.",
        name=shorten(str(typed)),
        count=len(found),
        names=shown + more,
    )


def _say(where: DeltaGenerator, key: str) -> None:
    if said := st.session_state.get(f"{key}-said"):
        where.caption(text.escape(said))
