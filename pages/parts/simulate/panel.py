"""The live panel of Simulate: what it is given, and what happens when something in it is moved."""

from functools import partial

import streamlit as st

from core.levers.pull import pulled
from core.outlook.standing import Outlook
from core.outlook.timeline import TODAY
from core.scenario.model import without
from pages.parts.live import board, mount
from pages.parts.simulate import tables
from pages.parts.simulate.levers import (
    Lever,
    doing,
    elsewhere,
    in_view,
    notes,
    sort_out,
    token,
    who,
)
from pages.parts.simulate.scope import Scope
from pages.parts.state import edits, session
from pages.parts.words import text
from pages.parts.words.names import component_name
from pages.parts.words.text import t

KEY = "live_panel"
MORE, ASKED, RUN = "levers_more", "levers_asked", "levers_run"


def show(scope: Scope, outlooks: dict[str, Outlook], shown: dict[str, Outlook], day: str) -> None:
    """The panel: levers of a scope, cards and ladder; `outlooks` are the scenario's, `shown` those
    that the figures are of (others while a change is replayed), `day` the ladder's horizon."""
    after = outlooks[TODAY].result.after
    data = board.panel_data(shown, day)
    levers, none = sort_out(scope, after) if scope.units else ([], [])
    more = bool(st.session_state.get(MORE))
    seen = in_view(levers, more)
    ranks = tables.Ranks(outlooks[TODAY].after.size)
    asked = st.session_state.get(ASKED)
    st.session_state[RUN] = st.session_state.get(RUN, 0) + 1
    data |= {
        "mark": token(scope),
        "run": st.session_state[RUN],  # every run is news, so that what was refused is put back
        "horizons": list(outlooks),
        "levers": [_row(one, outlooks, day, ranks, asked) for one in seen],
        "more": _more(levers, seen, more),
        "others": none if more else [],
    }
    data["words"] |= _words()
    data["ranks"] = ranks.texts()
    if not scope.units:
        data["others"] = [_ask()]
    by_name = {one.pull.component: one for one in seen}
    mount.mount(data, KEY, partial(_told, token(scope), by_name))


def _ask() -> str:
    """What is missing before a lever can act."""
    if st.session_state.scope_kind == "level":
        return t("Choose a level to move its levers.")
    return t("Choose at least one unit to move its levers.")


def _more(levers: list[Lever], seen: list[Lever], more: bool) -> str:
    if more:
        return t("Fewer levers")
    count = len(levers) - len(seen)
    return t("{count} more levers, with less or nothing to win", count=count) if count else ""


def _row(
    lever: Lever, outlooks: dict[str, Outlook], day: str, ranks: tables.Ranks, asked: str | None
) -> dict[str, object]:
    case, pull = session.case(), lever.pull
    shown = outlooks[day]
    earns = tables.earned(pull, outlooks)
    reached, won = tables.held(lever, shown, earns[day])
    percent = 100 * lever.at
    return {
        "id": pull.component,
        "name": component_name(case.dataset.rules, lever.column),
        "who": who(lever),
        "doing": doing(lever),
        "changed": lever.change is not None,
        "low": 100 * pull.lowest,
        "step": tables.step(pull),
        "neutral": round(100 * pull.neutral, 4),
        "at": round(percent, 4),
        "box": text.number(percent, 1),
        "from": text.percent(case.baseline.rate[0, lever.column], 1),
        "room": _room(lever),
        "reached": reached,
        "won": won,
        "lowers": pull.mode == "floor",
        "rates": tables.rates(earns[day]),
        "tables": tables.tables(lever, outlooks, earns, ranks, wanted=asked == pull.component),
        "notes": notes(lever, outlooks[TODAY].result.after),
    }


def _room(lever: Lever) -> str:
    """Where the province stands and what there is to win, while a lever is not moved."""
    rate = session.case().baseline.rate[0, lever.column]
    stands = t("province {rate}", rate=text.percent(rate, 1))
    if lever.value.capped:
        return stands
    room = t("at most {points} to win", points=text.points(lever.value.room, sign=True))
    return f"{stands} · {room}"


def _words() -> dict[str, str]:
    return {
        "box": t("{name}, per cent"),
        "drop": t("Take this change back"),
        "value": t("{value}%, {score} points, rank {rank}"),
        "reached": t("province {from} → {to}"),
        "lower": t("below what stands: all units lose alike"),
        "said": t("{lever}: {value}%. {horizon}: {score} points, rank {rank}."),
    }


def _told(mark: str, levers: dict[str, Lever]) -> None:
    """Something was moved in the panel."""
    said = mount.told(KEY)
    if said.get("mark") != mark:
        return
    lever = levers.get(str(said.get("lever")))
    kind = said.get("kind")
    if kind == "more":
        st.session_state[MORE] = not st.session_state.get(MORE)
    elif lever is None:
        return
    elif kind == "ask":
        st.session_state[ASKED] = lever.pull.component
    elif kind == "drop":
        _drop(lever)
    elif kind == "pull":
        st.session_state[ASKED] = lever.pull.component
        _pull(lever, str(said.get("value", "")))


def _pull(lever: Lever, raw: str) -> None:
    """A thumb was let go or a number typed: put it into the scenario."""
    pull = lever.pull
    value, low = text.parse_number(raw), 100 * pull.lowest
    if value is None:
        session.tell(
            t("“{text}” is not a number; write for example 93,37.", text=text.escape(raw[:40]))
        )
        return
    if not low <= value <= 100:
        session.tell(
            t(
                "{value}% is outside {low} to 100%, so the nearest end was taken.",
                value=text.number(value),
                low=text.number(low, 0),
            )
        )
        value = min(max(value, low), 100.0)
    before = session.scenario()
    new = pulled(before, session.case().baseline, pull, round(value / 100, 6))
    gone = elsewhere(before, pull.units, pull.component)
    if dropped := gone - elsewhere(new, pull.units, pull.component):
        session.tell(
            t(
                "This takes the place of {count} changes of single levels or units; Undo brings "
                "them back.",
                count=dropped,
            )
        )
    edits.change(new)


def _drop(lever: Lever) -> None:
    new = session.scenario()
    for unit in lever.pull.units:
        new = without(new, unit, lever.pull.component)
    edits.change(new)
