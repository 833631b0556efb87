"""Leverage and plans as lines of text: for the command line."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.goal.seek import plain_answer
from core.goal.wish import Sought

Found = Mapping[str, Any]
MOST = 20  # moves of a plan that are listed; JSON has all


def sought_dict(dataset: str, sought: Sought) -> dict[str, Any]:
    """What was wished for and the plan for it as plain data, and what more certainty takes."""
    wish, answer = sought.wish, plain_answer(sought.answer)
    asked: dict[str, Any] = {"score": wish.score}
    if wish.score is None:
        asked = {"rank": wish.rank, "probability": wish.probability}
    safe = sought.safety.safe
    return {
        "dataset": dataset,
        "wish": asked,
        **answer,
        "probability": sought.chances[sought.asked],
        "safety": {
            "probability": sought.safe.probability,
            "goal": sought.safe.score,
            "status": safe.status,
            "score": safe.plan.score,
            "effort": safe.plan.effort,
            "kept": sought.chances["safe"],
            "price": sought.safety.price,
        },
    }


def lever_lines(found: Found) -> Iterator[str]:
    """The strongest moves, then what can not be moved."""
    for move in found["strongest"]:
        thousand = move["per_thousand"]
        each = "" if thousand is None else f", {thousand:.4f} per 1,000 dossiers"
        yield (
            f"{move['unit']} {move['component']}: {move['rate']:.2%}, "
            f"+{move['recoverable']:.2f} points at 100%, "
            f"{move['per_point']:.4f} per percentage point{each}"
        )
    yield f"capped: {', '.join(found['capped']) or 'nothing'}"
    for who in ("province", "ministries"):
        rows = [row for row in found["components"] if row["who"] == who and row["lost"] > 0]
        said = ", ".join(f"{row['component']} {row['lost']:.2f}" for row in rows)
        yield f"only the {who}, points: {said or 'nothing'}"


def goal_lines(found: Found) -> Iterator[str]:
    """The answer, then the plan or what stops it."""
    wish, safety = found["wish"], found["safety"]
    asked = f"{found['goal']:.2f} points"
    if "rank" in wish:
        asked = f"rank {wish['rank']} with probability {wish['probability']:g} takes {asked}"
    unit = "dossiers" if found["unit_of_effort"] == "dossiers" else "x the province's dossiers"
    yield (
        f"{found['horizon']} {found['date']}: {asked}; at the present pace "
        f"{found['score_before']:.2f}: {found['status'].replace('_', ' ')}"
    )
    yield f"plan: {found['score']:.2f} points for an effort of {found['effort']:,.2f} {unit}"
    if found["effort_of_next_point"] is not None:
        yield f"next point: {found['effort_of_next_point']:,.2f} more"
    yield (
        f"in {safety['probability']:.0%} of the draws: {safety['goal']:.2f} points, "
        f"{safety['status'].replace('_', ' ')}"
        + ("" if safety["price"] is None else f", {safety['price']:,.2f} more effort")
    )
    if found["shortfall"] is not None:
        yield from _stops(found["shortfall"])
    moves = sorted(found["moves"], key=lambda move: -move["dossiers"])
    then = f"rate_{found['horizon']}"
    for move in moves[:MOST]:
        yield (
            f"  {move['unit']} {move['component']}: {move['start']:.2%} -> {move['new']:.2%} "
            f"of new dossiers, {move[then]:.2%} by then"
        )
    if len(moves) > MOST:
        yield f"  and {len(moves) - MOST} more; --json has all"


def _stops(short: Found) -> Iterator[str]:
    yield f"missing: {short['missing']:.2f} points"
    for one in short["relaxations"]:
        names = f" {', '.join(one['what'])}" if one["what"] else ""
        enough = "enough" if one["enough"] else "not enough"
        amount = f" by {one['amount']:.2f}" if one["kind"] in ("goal", "limits") else ""
        yield f"  give way: {one['kind']}{names}{amount}: {one['score']:.2f} points, {enough}"
