"""What closing the gaps between the portals brings, now and on the horizons."""

import streamlit as st

from core.outlook.standing import Outlook
from core.outlook.timeline import TODAY
from core.review import sync
from core.review.sync import Gain, Gaps
from core.scenario.model import Scenario
from pages.parts.shared import strip
from pages.parts.state import edits, results, session
from pages.parts.state.cases import seen
from pages.parts.sync.gaps import find_gaps
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.names import unit_names
from pages.parts.words.text import t


@st.cache_data(show_spinner=False, max_entries=200)
def gains(dataset: str, version: str, share: float, units: tuple[str, ...]) -> dict[str, Gain]:
    """What closing a share of the gaps brings, today and on each horizon; all units if none."""
    case = seen.cases()[dataset]
    start = Scenario(dataset=dataset, dataset_version=version)
    closed = sync.closing(start, find_gaps(dataset, version), share, units or None)
    dates = case.calendar.dates
    return {key: sync.gain(case, closed, date) for key, date in dates.items()}


def total() -> Gain:
    """What closing every gap brings at once."""
    dataset = session.case().dataset
    return gains(dataset.id, dataset.version, 1.0, ())[TODAY]


def show(gaps: Gaps) -> None:
    """What closing the gaps brings now and on the horizons, and the way into the scenario."""
    dataset = session.case().dataset
    names = unit_names(dataset)
    left, right = st.columns([3, 2], gap="large")
    units = pick.several(
        left,
        t("Units that close their gap"),
        {code: names[code] for code in gaps.by_unit()["unit"]},
        f"sync_units-{dataset.id}",
        placeholder=t("All"),
    )
    share = right.slider(
        t("How much of the gap is closed"), 0, 100, 100, step=5, format="%d%%", key="sync_share"
    )
    closed = sync.closing(session.baseline_scenario(), gaps, share / 100, units or None)
    won = gains(dataset.id, dataset.version, share / 100, tuple(units))
    outlooks = results.outlooks_of(closed)
    for card, (key, outlook) in zip(st.columns(len(outlooks)), outlooks.items(), strict=True):
        with card.container(border=True, height="stretch"):
            _card(key, outlook, won[key])
    st.caption(
        t(
            "The first card: the backlog is synchronised at once. The dates after it: only new "
            "dossiers are counted in full; with the backlog as well each date gains as much as the "
            "first card."
        )
    )
    now = session.scenario()
    wanted = sync.closing(now, gaps, share / 100, units or None)
    there = set(wanted.changes) == set(now.changes)
    st.button(
        t("Add to my scenario"),
        icon=":material/playlist_add:",
        type="primary",
        key="sync_add",
        on_click=_add,
        args=(wanted, len(closed.changes)),
        disabled=there or not share,
        help=t("Already in the scenario.") if there else None,
    )


def _card(key: str, outlook: Outlook, gain: Gain) -> None:
    """What it brings, score and rank by one date, all on the leading line: as Simulate shows the
    same changes. `gain` is at the own rates; on that line only a part of it stays."""
    label = t("As soon as it is synchronised") if key == TODAY else strip.horizon_name(key)
    mark = text.mark(not gain.certain)
    st.metric(label, mark + text.points(strip.shown_change(outlook), sign=True))
    if not gain.certain:
        low, high = (text.number(end * outlook.left) for end in (gain.low, gain.high))
        st.caption(t("80%: {low} to {high}", low=low, high=high))
    st.markdown(
        t(
            "score {before} → {after}, {rank}",
            before=strip.score_range(outlook.before, unit=False),
            after=strip.score_range(outlook.after, unit=False),
            rank=strip.ranks(outlook),
        )
    )


def _add(wanted: Scenario, count: int) -> None:
    edits.change(wanted)
    st.toast(
        t("{count} changes are now in your scenario; see Simulate.", count=count),
        icon=":material/playlist_add_check:",
    )
