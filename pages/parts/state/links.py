"""Addresses that open something: `?d=` a dataset, `?s=` a whole scenario, `?v=` a saved one.

What comes in is never trusted: it is checked, and what does not fit is answered with a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core import text as core_text
from core.outlook.case import Case
from core.problems import DataError, Problem
from core.scenario import apply as scenarios
from core.scenario import files
from core.scenario.history import Origin
from core.scenario.idle import NO_PAIR, NO_RATE, NOTHING, OWN_ONLY, idle
from core.scenario.model import Scenario
from core.store import versions as store
from core.store.checks import StoreError
from pages.parts.state.kept import storage
from pages.parts.words import clock, text
from pages.parts.words.names import component_name, scope_name
from pages.parts.words.text import later, t

DATASET, LINK, SAVED, WORKING = "d", "s", "v", "w"
HERE = later("a dataset of this program")


@dataclass(frozen=True)
class Opened:
    """A scenario to show, and the saved version it is, if it is one."""

    scenario: Scenario
    origin: Origin | None = None


class Refusal(Exception):
    """Why something can not be opened, in a sentence for the screen, safe as Markdown."""


def checked(opened: Scenario, known: Mapping[str, Case]) -> Scenario:
    """The scenario itself if it is possible on today's data. Raises DataError."""
    if opened.dataset not in known:
        raise DataError([Problem("scenario", None, "dataset", opened.dataset, HERE)])
    problems = scenarios.check_scenario(opened, known[opened.dataset].baseline)
    if problems:
        raise DataError(problems)
    return opened


def idle_words(opened: Scenario, case: Case) -> str:
    """What of a scenario from elsewhere moves nothing; empty where all of it does something."""
    found = idle(opened, case.baseline)
    if not found:
        return ""
    lines = [f"“{_named(one, opened, case)}”: {t(WHY_IDLE[one.expected])}" for one in found[:3]]
    if len(found) > 3:
        lines.append(t("and {count} more.", count=len(found) - 3))
    words = t("Part of this scenario has no effect.")
    return "\n".join([words, "", *("- " + text.escape(core_text.clean_text(x)) for x in lines)])


WHY_IDLE = {
    NOTHING: later("no unit there has a rate of its own in this component, so nothing moves."),
    NO_PAIR: later("the provincial portal reports no rate there, so there is no gap to close."),
    OWN_ONLY: later(
        "moves only the units' own scores, because they do not add up to the province."
    ),
    NO_RATE: later("the province's rate is not published, so other rules move nothing."),
}


def _named(found: Problem, opened: Scenario, case: Case) -> str:
    """The change or component that a problem is about, as it is called."""
    rules, (place, _, number) = case.dataset.rules, str(found.column).partition(".")
    if place != "changes":
        return component_name(rules, rules.index(str(found.value)))
    change = opened.changes[int(number) - 1]
    name = component_name(rules, rules.index(change.component))
    return f"{name} – {scope_name(case.dataset, change.unit)}"


def sentences(error: DataError, limit: int = 5) -> str:
    """What is wrong with an input, the first problems; no hidden character comes through."""
    shown = [text.problem(found) + "." for found in error.problems[:limit]]
    more = len(error.problems) - limit
    return " ".join(shown + ([t("and {count} more problems.", count=more)] if more > 0 else []))


def read_link(link: str, known: Mapping[str, Case]) -> Opened:
    """A self-contained link. Raises Refusal."""
    try:
        return Opened(checked(files.from_link(link), known))
    except DataError as error:
        why = t("The link is damaged or does not fit the data, so the baseline is shown.")
        raise Refusal(f"{why} {sentences(error, 1)}".strip()) from error


def read_saved(address: str, known: Mapping[str, Case]) -> Opened:
    """A saved scenario by its short link, `<id>` or `<id>.<number>`. Raises Refusal."""
    scenario_id, dot, number = address.partition(".")
    if dot and not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Refusal(t("The short link is damaged: after the dot stands a version's number."))
    return open_version(scenario_id, int(number) if dot else None, known)


def open_version(scenario_id: str, number: int | None, known: Mapping[str, Case]) -> Opened:
    """A version of a saved scenario, the last by default. Raises Refusal."""
    try:
        version, payload = store.read(storage.store(), scenario_id, number)
    except StoreError as error:
        raise Refusal(sentence(error)) from error
    name = text.escape(version.name)
    if version.kind == "delete":
        raise Refusal(
            t(
                "“{name}” was deleted by {author} ({when}); it can be brought back on the page "
                "of scenarios.",
                name=name,
                author=text.escape(version.author),
                when=clock.moment(version.saved_at),
            )
        )
    try:
        found = checked(files.parse(payload), known)
    except DataError as error:
        why = t("“{name}” does not fit today's data.", name=name)
        raise Refusal(f"{why} {sentences(error)}") from error
    return Opened(found, Origin(version.scenario_id, version.number, version.name, found))


def short_link(origin: Origin, exact: bool = False) -> str:
    """The address of a saved scenario on this page; `exact` that of this very version."""
    number = f".{origin.number}" if exact else ""
    return f"{st.context.url or ''}?{SAVED}={origin.scenario_id}{number}"


def sentence(error: StoreError) -> str:
    """What the store says, in the language of the screen, safe as Markdown."""
    pattern = SENTENCES.get(error.code)
    if pattern is None:
        return t("The store could not do it: {reason}.", reason=text.escape(str(error)))
    names = {name: _shown(name, value) for name, value in error.details.items()}
    return t(pattern, **names)


def _shown(name: str, value: object) -> str:
    if name == "field":
        return t(FIELDS.get(str(value), str(value)))
    return text.number(value, 0) if isinstance(value, int) else text.escape(str(value))


FIELDS = {
    "name": later("Name of the scenario"),
    "author": later("Your name"),
    "note": later("Note"),
    "payload": later("The scenario"),
    "log": later("The log of changes"),
}
SENTENCES = {
    "empty": later("{field} is empty: write at least one character."),
    "too_long": later("{field} has {length} characters; at most {limit} are allowed."),
    "hidden_character": later(
        "{field} holds an invisible character at place {place} ({character}): remove it."
    ),
    "too_large": later("{field} is too large to be kept ({size} bytes of at most {limit})."),
    "unknown_scenario": later("This store has no scenario under this link."),
    "unknown_plan": later("This store has no plan under this link."),
    "frozen": later("“{name}” is issued and stays as it is: start a new draft from it."),
    "changed": later("“{name}” was changed by {author} meanwhile: look at it before you issue it."),
    "not_issued": later("“{name}” is not an issued plan."),
    "submitted": later("“{name}” waits for approval and is locked until then."),
    "not_submitted": later("“{name}” was not submitted for approval."),
    "own_plan": later("You submitted “{name}” yourself: somebody else approves it."),
    "not_allowed": later("Your role does not allow this; nothing was changed."),
    "not_yours": later("Your role is for units of your own only; nothing was changed."),
    "not_signed_in": later("You are not signed in, or your account is disabled."),
    "unknown_account": later("There is no such account that may sign in."),
    "account_exists": later("There is an account of this name already; nothing was changed."),
    "bad_login": later("An account's name has 2 to 63 letters a-z, digits and . _ -"),
    "bad_password": later(
        "A password has 12 to 128 characters, is not the account's name and not too easy: take a "
        "few words. Nothing was changed."
    ),
    "last_admin": later(
        "You are the last administrator: give the role to somebody else first. Nothing was changed."
    ),
    "unknown_version": later("This scenario has no version with this number."),
    "deleted": later("“{name}” was deleted by {author}."),
    "not_deleted": later("“{name}” is not deleted."),
    "unavailable": later("The store does not answer. Nothing was lost on the screen: try again."),
    "cannot_open": later("The store can not be opened."),
    "unsupported": later("The store can not be opened."),
    "newer_database": later("The store was written by a newer version of this program."),
    "session_key": later("The key of the working scenario in the address is damaged."),
    "unknown_work": later("No working scenario is kept (any more) under this address."),
    "unreadable_work": later("The working scenario of this address was kept by another version."),
}
