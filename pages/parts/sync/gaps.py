"""Both portals side by side: the sentence, the dumbbells, and which gaps meet a cap."""

import html

import pandas as pd
import streamlit as st

from core.charts import sync as charts_sync
from core.charts.look import wrapped
from core.charts.sync import Dumbbell
from core.review import sync
from core.review.sync import Gain, Gaps
from pages.parts.shared.named import how_sure, rate_name
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.widgets import headline
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.names import unit_names
from pages.parts.words.text import t

NAME_WIDTH = 21


@st.cache_data(show_spinner=False, max_entries=20)
def find_gaps(dataset: str, version: str) -> Gaps:
    """The pairs of a dataset; what is drawn for their ranges takes a moment."""
    return sync.gaps(seen.cases()[dataset])


def find() -> Gaps:
    """The pairs of the dataset on the screen."""
    found = session.case().dataset
    return find_gaps(found.id, found.version)


def show_none() -> None:
    """What is said of a dataset without pairs, with what it still tells of synchronisation."""
    headline.show(t("This dataset has no figures of the provincial portal."))
    st.info(
        t(
            "A gap can only be seen where both portals report the same rate of a unit. Here only "
            "the national portal's figures were published. The dossiers themselves can still be "
            "compared: choose “{view}” above and upload the lists of both portals.",
            view=t("Dossier lists"),
        ),
        icon=":material/sync_disabled:",
    )
    st.markdown(text.escape(left()))


def left() -> str:
    """What the province still lacks for synchronised dossiers, in one sentence."""
    rate, lost = sync.sync_left(session.case().baseline)
    if lost != lost:
        return t("How many dossiers of the province are synchronised was not published.")
    if lost <= 0:
        return t(
            "Dossiers synchronised in the whole province: {rate}, so there is nothing left to win "
            "there.",
            rate=text.percent(rate),
        )
    return t(
        "Dossiers synchronised in the whole province: {rate}. The last dossier synchronised, the "
        "province has {points} more.",
        rate=text.percent(rate),
        points=text.points(lost),
    )


def answer(gaps: Gaps, total: Gain) -> str:
    """Which unit leads, and what all gaps together are worth to the province."""
    case, names = session.case(), unit_names(session.case().dataset)
    table, first = gaps.open, gaps.table.iloc[0]
    if table.empty:
        return t(
            "Of {pairs} pairs of figures none is lower on the national portal.",
            pairs=len(gaps.table),
        )
    return t(
        "Of {pairs} pairs of figures from {units} units, {open} are lower on the national portal. "
        "{unit} leads: {component} {provincial} on the provincial portal, {national} on the "
        "national one. Closing every gap brings the province {gain}.",
        pairs=len(gaps.table),
        units=gaps.table["unit"].nunique(),
        open=len(table),
        unit=names[first["unit"]],
        component=rate_name(first["component"]).lower(),
        provincial=text.percent(first["provincial"]),
        national=text.percent(first["national"]),
        gain=gain_words(total),
        province=case.dataset.field_name,
    )


def gain_words(gain: Gain) -> str:
    """Points won: with ≈ and the 80 % range where volumes are assumed."""
    value = text.points(gain.value, sign=True)
    if gain.certain:
        return value
    low, high = text.number(gain.low), text.number(gain.high)
    return text.estimated(f"{value} {text.spread(low, high)}")


def show_dumbbells(gaps: Gaps) -> None:
    """Every pair as a dumbbell, by kind of rate, the kind with the widest gap first."""
    names = unit_names(session.case().dataset)
    groups = []
    for component, part in gaps.table.groupby("component", sort=False):
        rows = [_dumbbell(names[row["unit"]], row) for _, row in part.iterrows()]
        groups.append((html.escape(rate_name(str(component))), rows))
    portals = {"provincial": t("Provincial portal"), "national": t("National portal")}
    figure = charts_sync.dumbbells(groups, portals, text.language())
    words = t(
        "{pairs} pairs of rates, provincial against national; the work list has the figures.",
        pairs=len(gaps.table),
    )
    draw(figure, "dumbbells", words)
    st.caption(
        t(
            "Numbers behind the marks: percentage points of difference. Full line: done, but the "
            "national portal counts less. Dotted line: it counts more, a difference in counting "
            "and no loss."
        )
    )


def _dumbbell(name: str, row: pd.Series) -> Dumbbell:
    difference = text.number(100 * row["gap"], 2, sign=True)
    return Dumbbell(
        name=wrapped(_short(name), NAME_WIDTH),
        provincial=100 * row["provincial"],
        national=100 * row["national"],
        label=difference,
        hover=html.escape(name)
        + "<br>"
        + t("Provincial portal")
        + f" {text.percent(row['provincial'])}<br>"
        + t("National portal")
        + f" {text.percent(row['national'])}",
    )


def _short(name: str) -> str:
    """A unit without the word that nearly all begin with."""
    short = name.removeprefix("UBND ")
    return short[:1].upper() + short[1:]


def show_capped(gaps: Gaps) -> None:
    """Which gaps move the province by nothing, because it has all points already."""
    capped = dict.fromkeys(gaps.open.loc[gaps.open["effect"] == "capped", "component"])
    if not capped:
        return
    st.info(
        text.escape(
            t(
                "Worth 0 points to the province, which has the maximum points already: {parts}. "
                "The units' own scores still rise, and the province keeps them only while it "
                "stays above it.",
                parts="; ".join(_cap(component) for component in capped),
            )
            + "".join(_otherwise(component) for component in capped)
        ),
        icon=":material/vertical_align_top:",
    )


def _cap(component: str) -> str:
    """A rate at its cap, and how the cap is known if not published."""
    baseline = session.case().baseline
    column = baseline.rules.index(component)
    rate = text.percent(baseline.rate[0, column])
    cap = t(
        "maximum points from {target}", target=text.percent(baseline.rules.target_rate[column], 0)
    )
    how = how_sure(component)
    return f"{rate_name(component)} ({rate}, {cap}{', ' + how if how else ''})"


def _otherwise(component: str) -> str:
    """What closing the gaps would bring if a cap that was not published lay at 100 %."""
    if not how_sure(component):
        return ""
    dataset = session.case().dataset
    found = _gain_at_100(dataset.id, dataset.version, component)
    return " " + t(
        "If full points for {component} came only at 100%, closing the gaps would bring {gain}.",
        component=rate_name(component),
        gain=gain_words(found),
    )


@st.cache_data(show_spinner=False, max_entries=50)
def _gain_at_100(dataset: str, version: str, component: str) -> Gain:
    case = seen.cases()[dataset]
    return sync.gain_at(case, find_gaps(dataset, version), component, 1.0)


def pair_sources() -> list[str]:
    """The sources of the provincial portal's figures, and of the volumes they are weighed by."""
    dataset = session.case().dataset
    rows = dataset.observations[dataset.observations["portal"] == "provincial"]
    return [*rows["source"], *dataset.units["volume_source"].dropna()]
