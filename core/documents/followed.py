"""The part of a weekly report on a plan: how its targets stand since, and whom to call first."""

import numpy as np
import pandas as pd

from core.documents.situation import component_title
from core.documents.words import Words
from core.export.official import Block, OfficialTable, Paragraph
from core.outlook.case import Case
from core.plans.model import TargetPlan
from core.track.course import Pursuit
from core.track.follow import Followup, follow_up
from core.track.moved_on import MovedOn


def follow_blocks(case: Case, plan: TargetPlan, words: Words) -> list[Block]:
    """Sentences, and a table of ten units behind; nothing where no figures came since."""
    found = follow_up(case, plan)
    if not found.has_news:
        return []
    blocks: list[Block] = [Paragraph(_counts(found, words))]
    if found.since_plan is not None and (said := _moved(found.since_plan, words)):
        blocks.append(Paragraph(said))
    table = found.called
    if len(table):
        blocks += [Paragraph(words.say("follow_calls")), _table(case, table, words)]
    return blocks


def _counts(found: Followup, words: Words) -> str:
    count = found.counts
    return words.say(
        "follow_counts",
        start=words.day(found.start),
        now=words.day(found.as_of),
        all=len(found.rows),
        met=count[Pursuit.MET],
        ahead=count[Pursuit.AHEAD],
        course=count[Pursuit.ON_COURSE],
        behind=count[Pursuit.BEHIND],
        out=count[Pursuit.OUT_OF_REACH],
        missed=count[Pursuit.MISSED],
    )


def _moved(moved: MovedOn, words: Words) -> str:
    if moved.rank_change is None or np.isnan(moved.score_change):
        return ""
    said = words.say(
        "follow_moved",
        day=words.day(moved.before.day),
        change=words.number(moved.score_change, 2, sign=True),
        before=moved.before.rank,
        now=moved.now.rank,
    )
    if moved.score_expected is None:
        return said
    low, high = (words.number(end) for end in moved.score_expected)
    beyond = {1: "follow_better", 0: "follow_noise", -1: "follow_worse"}[moved.score_beyond]
    return f"{said} {words.say(beyond, low=low, high=high)}"


def _table(case: Case, table: pd.DataFrame, words: Words) -> OfficialTable:
    names, rules = case.dataset.units["name_vi"], case.dataset.rules
    return OfficialTable(
        head=(
            words.say("no"),
            words.say("unit_only"),
            words.say("rate"),
            words.say("now", as_of=words.day(case.dataset.meta.as_of)),
            words.say("course"),
            words.say("aim"),
            words.say("extra"),
        ),
        rows=tuple(
            (
                f"{number}",
                str(names[row["unit"]]),
                component_title(case, rules.index(row["component"]), words),
                words.percent(row["actual"]),
                words.percent(row["course"]),
                words.percent(row["target"]),
                words.number(row["extra"], 0),
            )
            for number, row in enumerate(table.to_dict(orient="records"), 1)
        ),
        widths=(1.1, 4.4, 4.2, 1.8, 1.8, 1.7, 1.8),
        align=("center", "left", "left", "right", "right", "right", "right"),
    )
