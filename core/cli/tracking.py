"""`track`: every target of a plan against the dataset's newest figures."""

from collections.abc import Iterator

import pandas as pd

from core.cli.answers import Plain, clean
from core.cli.exporting import plan_of
from core.outlook.case import Case
from core.track.follow import Followup, follow_up
from core.track.moved_on import Known, MovedOn


def track_answer(case: Case, content: bytes, name: str) -> Plain:
    """The follow-up of a plan's file; `since` is the day of the figures that the plan starts from.

    A scenario is taken as the plan that it makes. Raises DataError for a file that is neither or
    does not fit.
    """
    found = follow_up(case, plan_of(case, content, name))
    columns = {"before": "before", "course": "course", "band": "band", "extra": "extra_a_week"}
    return {
        "dataset": case.dataset.id,
        "title": found.plan.title,
        "since": f"{found.start}",
        "as_of": f"{found.as_of}",
        "targets": [
            {
                "unit": row["unit"],
                "component": row["component"],
                "due": f"{row['due']}",
                "target": row["target"],
                "actual": clean(row["actual"]),
                "needed_rate": clean(row["needed"]),
                "dossiers_a_week": clean(row["weekly"]),
                "status": str(row["standing"]),
                "estimated": bool(row["estimated"]),
                **{key: clean(row[name]) for name, key in columns.items()},
            }
            for row in found.rows.to_dict(orient="records")
        ],
        "score": _measure(found, "score"),
        "rank": _measure(found, "rank"),
        "call": [str(unit) for unit in found.called["unit"]],
        "restated": [
            {
                "as_of": f"{pd.Timestamp(row['as_of']).date()}",
                "unit": row["unit"],
                "figure": row["figure"],
                "before": clean(row["before"]),
                "now": clean(row["now"]),
            }
            for row in found.restated.to_dict(orient="records")
        ],
    }


def _measure(found: Followup, name: str) -> Plain:
    """Score or rank now, and its moves; `beyond` 1 or -1 where the move is more than noise."""
    moves = {"since_plan": found.since_plan, "since_last": found.since_last}
    return {"now": _value(found.now, name)} | {
        key: None if moved is None else _moved(moved, name) for key, moved in moves.items()
    }


def _value(known: Known, name: str) -> float | int | None:
    return known.rank if name == "rank" else clean(known.score)


def _moved(moved: MovedOn, name: str) -> Plain:
    change = moved.rank_change if name == "rank" else clean(moved.score_change)
    ends = moved.rank_expected if name == "rank" else moved.score_expected
    return {
        "day": f"{moved.before.day}",
        "before": _value(moved.before, name),
        "change": change,
        "expected": None if ends is None else {"p10": ends[0], "p90": ends[1]},
        "beyond": moved.rank_beyond if name == "rank" else moved.score_beyond,
    }


def track_lines(answer: Plain) -> Iterator[str]:
    """The follow-up as lines of text."""
    yield f"figures of {answer['as_of']} against the plan on those of {answer['since']}"
    for name in ("score", "rank"):
        for since in ("since_plan", "since_last"):
            moved = answer[name][since]
            if moved is not None:
                yield f"{name} {answer[name]['now']}: {moved['before']} on {moved['day']}"
    for row in answer["targets"]:
        actual = "-" if row["actual"] is None else f"{row['actual']:.2%}"
        yield (
            f"{row['unit']} {row['component']} {row['due']}: {actual} of {row['target']:.2%}, "
            f"{row['status']}"
        )
