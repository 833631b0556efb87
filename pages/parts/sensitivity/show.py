"""The sensitivity page's sentences and charts."""

import streamlit as st

from core.charts import sensitivity as charts_sensitivity
from core.charts.look import wrapped
from core.levers import losses
from core.levers.sensitivity import Bar
from pages.parts.sensitivity.found import Found, end, name
from pages.parts.shared import strip
from pages.parts.shared.named import item_name
from pages.parts.state import session
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.text import later, t

SHOWN = 6
LARGEST = 3  # losses named in the order of the other pages
WIDTH = 30  # characters
MEASURES = {"score": later("Score"), "rank": later("Expected rank")}


def answer(found: Found, horizon: str) -> str:
    """The strongest lever and the largest unknowns, in one sentence."""
    best = found.advice
    first = (
        t("No lever moves the score any more")
        if best.lever is None
        else t(
            "The strongest lever is {lever}: {points} for 10 percentage points more",
            lever=_quoted("lever", best.lever),
            points=text.points(best.gain, sign=True),
        )
    )
    score, rank = _largest(found, 0), _largest(found, 1)
    if score is None or rank is None:
        rest = t("nothing is uncertain")
    elif score == rank:
        rest = t("of what is not known, {factor} moves score and rank most", factor=score)
    else:
        rest = t(
            "of what is not known, {factor} moves the score most and {other} the rank",
            factor=score,
            other=rank,
        )
    return f"{strip.horizon_name(horizon)}: {first}; {rest}."


def _largest(found: Found, result: int) -> str | None:
    """The factor with the largest total index; None where nothing moves the result."""
    total = (found.score, found.rank)[result].total
    if not len(total) or total.max() <= 0:
        return None
    factor = found.factors[int(total.argmax())]
    return _quoted(factor.kind, factor.what)


def _quoted(kind: str, what: str) -> str:
    return f"“{name(kind, what)}”"


def show_tornado(bars: list[Bar], measure: str, key: str, lever: bool) -> None:
    """One tornado: what each bar alone does to the score or to the expected rank."""
    moved = [bar for bar in bars if max(map(abs, _ends(bar, measure))) >= 0.005]
    moved.sort(key=lambda bar: -max(map(abs, _ends(bar, measure))))
    if not moved:
        st.info(t("None of them moves it."), icon=":material/block:")
        return
    shown = moved[:SHOWN]
    both = [" / ".join(text.number(v, 2, sign=True) for v in _ends(bar, measure)) for bar in shown]
    titles = [name(bar.kind, bar.what) for bar in shown]
    names = {
        "low": t("10 points less") if lever else t("lower end"),
        "high": t("10 points more") if lever else t("upper end"),
        "axis": t("points") if measure == "score" else t("places (minus is better)"),
    }
    figure = charts_sensitivity.tornado_chart(
        [f"{_wrapped(one)}<br><b>{ends}</b>" for one, ends in zip(titles, both, strict=True)],
        [_ends(bar, measure)[0] for bar in shown],
        [_ends(bar, measure)[1] for bar in shown],
        names,
        text.language(),
    )
    words = "; ".join(f"{one} {ends}" for one, ends in zip(titles, both, strict=True))
    draw(figure, key, words)
    if len(moved) > SHOWN:
        st.caption(t("{count} smaller ones are in the table.", count=len(moved) - SHOWN))


def show_largest() -> None:
    """The order of the other pages, what units can win back, and that the picture's is another."""
    table = losses.as_shown(losses.losses(session.case().baseline))
    rows = losses.by_mover(losses.largest(session.case().baseline, table))
    mine = rows[rows["who"] == "units"].head(LARGEST)
    if len(mine):
        lost = [text.points(points) for points in mine["lost"]]
        said = [f"{item_name(one)} {value}" for one, value in zip(mine["item"], lost, strict=True)]
        order = t(
            "Units can win back most, as on Overview and Allocate: {list}.", list="; ".join(said)
        )
        st.caption(text.escape(order))
    st.caption(t("This picture asks another question: what moves the result most per step."))


def _wrapped(words: str) -> str:
    """A name on two lines where one would be too wide for a phone."""
    return wrapped(words, WIDTH)


def _ends(bar: Bar, measure: str) -> tuple[float, float]:
    return bar.score if measure == "score" else bar.rank


def show_advice(found: Found) -> None:
    """Whether anything that is not known would make another lever the strongest."""
    best = found.advice
    if best.lever is None:
        st.markdown(t("No lever that the province can move raises the score any more."))
        return
    lines = []
    if best.equal:
        others = ", ".join(_quoted("lever", one) for one in best.equal)
        lines.append(t("As strong, to 0.01 points: {others}.", others=others))
    changes = [
        t(
            "If {factor} is {value}, the strongest lever is {lever}.",
            factor=_quoted(factor.kind, factor.what),
            value=end(factor.kind, value),
            lever=_quoted("lever", other),
        )
        for factor, both in zip(found.factors, best.other, strict=True)
        for value, other in zip((factor.low, factor.high), both, strict=True)
        if other is not None
    ]
    lines += changes or [
        t(
            "No: at either end of every range {lever} stays the strongest lever.",
            lever=_quoted("lever", best.lever),
        )
    ]
    if best.draws_other is not None:
        lines.append(
            t(
                "In {share} of the draws of estimated unit rates and volumes another is stronger.",
                share=text.percent(best.draws_other, 0),
            )
        )
    hidden = session.case().baseline.carried[0]
    if not hidden.all():
        lines.append(
            t(
                "{count} components have no published rate, so they can't be compared as levers.",
                count=int((~hidden).sum()),
            )
        )
    st.markdown("\n".join("- " + text.escape(line) for line in lines))


def show_ground() -> None:
    """What the ranges rest on."""
    st.caption(
        t(
            "A lever goes 10 percentage points down or up on new dossiers, in every unit at once, "
            "and stops at 0 and 100%. What is not known goes to the ends of its 80% range. A "
            "target that no document states goes one step down and up among the targets that rule "
            "sets use, and to what another rule set says: an assumption of this program. "
            "Components that only ministries can move are in the chart but are no advice."
        )
    )
    st.caption(
        t(
            "The expected rank is the mean over all draws of the other provinces. Points not "
            "published move the score but not the rank: the field is drawn so that the province "
            "has its published rank. Estimated unit rates and volumes move only what a scenario "
            "brings; without a change they move nothing."
        )
    )
