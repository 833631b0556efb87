"""What the headings of a table mean: always shown, corrected here, and remembered."""

import pandas as pd
import streamlit as st

from core.dataset.rules_csv import shipped_rules
from core.imports.folder import mappings
from core.imports.people.headings import CODE, DENOMINATOR, IGNORED, LINE, NUMERATOR, RATE, UNIT
from core.imports.plan import ImportPlan
from core.imports.vocabulary import GROUP, PLACE, TOTAL
from core.index.rules import GROUPS
from core.store.database import data_folder
from pages.parts.words.names import component_name, group_name
from pages.parts.words.text import t


def meanings() -> dict[str, str]:
    """Everything that a column can mean, in words."""
    rules = shipped_rules()
    newest = rules[max(rules)]
    found = {
        IGNORED: t("not used"),
        LINE: t("line number"),
        UNIT: t("name of the unit"),
        CODE: t("code of the unit"),
        PLACE: t("rank"),
        f"points:{TOTAL}": t("score"),
    }
    for group in GROUPS:
        found[f"points:{GROUP}{group}"] = t("points of {group}", group=group_name(group))
    parts = {NUMERATOR: t("numerator"), DENOMINATOR: t("denominator"), RATE: t("rate, %"),
             "points": t("points")}  # fmt: skip
    for column, name in enumerate(newest.components):
        for role, word in parts.items():
            found[f"{role}:{name}"] = f"{component_name(newest, column)}: {word}"
    return found


CHOICE = "--"  # before a choice that is remembered with the headings


def recalled_choices(plan: ImportPlan) -> dict[str, str]:
    """What was chosen the last time for a table of these headings, beside their meaning."""
    if not plan.headings:
        return {}
    found = mappings.recall(data_folder(), [text for text, _ in plan.headings])
    return {key: one for key, one in found.items() if key.startswith(CHOICE)}


def recalled(plan: ImportPlan) -> dict[str, str]:
    """What was said of these headings the last time."""
    found = mappings.recall(data_folder(), [text for text, _ in plan.headings])
    return {heading: one for heading, one in found.items() if not heading.startswith(CHOICE)}


def remember(plan: ImportPlan, said: dict[str, str]) -> None:
    """Keep what was said of the headings."""
    if said and plan.headings:
        mappings.remember(data_folder(), [text for text, _ in plan.headings], said)


def show(plan: ImportPlan, said: dict[str, str]) -> dict[str, str]:
    """The headings with their meanings, to be corrected; returns what differs from the guess."""
    if not plan.headings:
        return said
    names = meanings()
    rows = pd.DataFrame(
        {
            t("Heading"): [heading for heading, _ in plan.headings],
            t("Means"): [names.get(one, names[IGNORED]) for _, one in plan.headings],
        }
    )
    with st.expander(t("What the columns mean"), expanded=bool(plan.problems)):
        edited = st.data_editor(
            rows,
            hide_index=True,
            disabled=[t("Heading")],
            column_config={
                t("Means"): st.column_config.SelectboxColumn(
                    options=list(names.values()), required=True
                )
            },
            key=f"import_columns_{mappings.fingerprint([one for one, _ in plan.headings])}",
        )
    codes = {name: code for code, name in names.items()}
    changed = dict(said)
    for (heading, guess), word in zip(plan.headings, edited[t("Means")], strict=True):
        if codes[word] != guess and names.get(guess, names[IGNORED]) != word:
            changed[heading] = codes[word]
    return changed
