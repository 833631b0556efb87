"""Work that was kept before people signed in: nobody can open it until somebody is given it."""

from functools import partial

import streamlit as st

from core.store.office.accounts import Account
from core.store.office.handing import hand_over, ownerless
from pages.parts.admin import doing
from pages.parts.state.kept import storage
from pages.parts.widgets import pick
from pages.parts.widgets.folded import fold
from pages.parts.words import text
from pages.parts.words.text import t

ANYBODY = "\n"  # no name has a line break


def show(every: tuple[Account, ...]) -> None:
    """Whose work is to be given to whom; nothing where there is none."""
    left = ownerless(storage.store())
    if not left.total:
        return
    label = t("Work kept before people signed in")
    inner = fold(
        label,
        "left-work",
        t("Of {count} tabs; nobody can open it.", count=text.number(left.total, 0)),
    )
    if not inner:
        return
    with inner:
        unsigned = t("without a name")
        authors = {ANYBODY: t("all of it ({count} tabs)", count=left.total)} | {
            name: f"{name or unsigned} ({count})" for name, count in left.by_author.items()
        }
        people = {one.subject: doing.labelled(one) for one in every if one.is_active}
        places = st.columns(2)
        author = pick.one(places[0], t("Signed by"), authors, "left-author")
        subject = pick.one(places[1], t("Give it to"), people, "left-subject")
        give = partial(hand_over, subject=subject, author=None if author == ANYBODY else author)
        st.button(
            t("Hand it over"),
            key="left-give",
            on_click=doing.do,
            args=(give, t("Handed over; it opens under the address that it had.")),
        )
