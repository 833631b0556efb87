"""The heat map: rates of all units by component, as a table that a phone can scroll.

A table and no chart: its first column and its headings stay in view, its figures are text, and on
paper it is whole.
"""

import html

import numpy as np
import streamlit as st

from core.charts.look import rate_colours
from core.index.rollup import Status
from pages.parts.shared import tables
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.names import component_name, level_name, unit_names
from pages.parts.words.text import t

STYLE = """
<style>
.heat { max-height: 23rem; overflow: auto; border: 1px solid #8A8F98; border-radius: 0.375rem; }
.heat table { border-collapse: separate; border-spacing: 1px; width: 100%; font-size: 0.8125rem; }
.heat th, .heat td { padding: 0.2rem 0.3rem; line-height: 1.25; }
.heat thead th {
  position: sticky; top: 0; z-index: 2; min-width: 4.6rem; font-weight: 600; vertical-align: bottom;
  text-align: center; background: var(--st-background-color, light-dark(#FFFFFF, #0B0F14));
}
.heat tbody th {
  position: sticky; left: 0; z-index: 1; min-width: 9rem; max-width: 15rem; font-weight: 400;
  text-align: left; background: var(--st-background-color, light-dark(#FFFFFF, #0B0F14));
}
.heat thead th:first-child { left: 0; z-index: 3; text-align: left; }
.heat td { text-align: center; white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (max-width: 640px) {
  .heat { max-height: 70vh; }
  .heat tbody th { min-width: 7.5rem; max-width: 7.5rem; overflow-wrap: anywhere; }
}
@media print {
  .heat { max-height: none; overflow: visible; border: 0; }
  .heat table { font-size: 7pt; }
  .heat thead th { min-width: 0; }
  .heat td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .heat th { position: static !important; }
}
</style>
"""


def show() -> None:
    """Rates of units by component, one level at a time, the units with most to do first."""
    case = session.case()
    baseline, rules = case.baseline, case.dataset.rules
    levels = [level for level in dict.fromkeys(baseline.level) if level != "province"]
    level = st.segmented_control(
        t("All units by rate"),
        levels,
        key="heat_level",
        default=levels[0],
        format_func=level_name,
        required=True,
    )
    columns = [c for c in range(len(rules.components)) if baseline.summed[c]]
    columns = [c for c in columns if np.isfinite(baseline.rate[1:, c]).any()]
    rows = [
        u
        for u in range(1, len(baseline.units))
        if baseline.level[u] == level and np.isfinite(baseline.rate[u, columns]).any()
    ]
    rows.sort(key=lambda u: float(np.nansum(baseline.rate[u, columns])))
    names = unit_names(case.dataset)
    head = [t("Unit"), *(component_name(rules, c) for c in columns)]
    body = [
        f'<tr><th scope="row">{html.escape(names[baseline.units[u]])}</th>'
        + "".join(_cell(float(baseline.rate[u, c]), int(baseline.status[u, c])) for c in columns)
        + "</tr>"
        for u in rows
    ]
    label = html.escape(t("Rates of {count} units by component, %", count=len(rows)))
    st.html(
        STYLE
        + f'<div class="heat" role="region" tabindex="0" aria-label="{label}" translate="no">'
        + "<table><thead><tr>"
        + "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
        + f"</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(rate: float, status: int) -> str:
    """A rate in whole per cent in its colour, marked where it is not published."""
    if not np.isfinite(rate):
        return f"<td>{text.UNKNOWN}</td>"
    paper, ink = rate_colours(rate)
    words = tables.MARKS.get(Status(status), "") + text.number(100 * rate, 0)
    return f'<td style="background:{paper};color:{ink}">{html.escape(words)}</td>'
