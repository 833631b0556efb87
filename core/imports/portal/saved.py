"""Answers as a browser saved them: the network log (HAR), and answers of several views or days."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from core.imports import moments
from core.imports.files.unpack import unusable
from core.imports.portal.answers import PERIODS, read_answers
from core.imports.portal.counts import keyed, unit_in
from core.imports.portal.flat import unflatten
from core.imports.reading import Reading
from core.imports.vocabulary import Vocabulary, squeezed
from core.problems import DataError

NO_BODIES = (
    "a network log (HAR) with the bodies of its answers; none of its {count} answers has one: save "
    "it with content"
)
_DEEP = 4  # levels at which an answer says its view: itself, `data`, `request`, `params`


def read_trees(trees: list[Any], file: str, words: Vocabulary) -> list[Reading]:
    """The readings of a file's documents, one for each view and day that they name.

    Raises DataError for a network log without bodies.
    """
    answers: list[Any] = []
    for tree in trees:
        logged = _logged(tree, file)
        whole = isinstance(tree, list) and len(trees) == 1
        answers += logged if logged is not None else tree if whole else [tree]
    views: dict[tuple[str | None, str | None], list[Any]] = {}
    for one in answers:
        views.setdefault(_view(one, words), []).append(one)
    if len([view for view in views if view != (None, None)]) < 2:
        views = {(None, None): answers}
    found = [
        read_answers(some if len(some) > 1 or len(trees) > 1 or isinstance(trees[0], list)
                     else some[0], file, words)
        for some in views.values()
    ]  # fmt: skip
    return [one for one in found if one.figures] or found[:1]


def _logged(tree: Any, file: str) -> list[Any] | None:
    """The answers of a network log with their address, day and view; None where it is none."""
    log = tree.get("log") if isinstance(tree, Mapping) else None
    entries = log.get("entries") if isinstance(log, Mapping) else None
    if not isinstance(entries, list):
        return None
    found = []
    for entry in entries:
        record = entry if isinstance(entry, Mapping) else {}
        request, response = _part(record, "request"), _part(record, "response")
        content = _part(response, "content")
        if not isinstance(content.get("text"), str) or not content["text"].strip():
            continue
        address = str(request.get("url") or "")
        day = record.get("startedDateTime")
        answer = {"url": address, "startedDateTime": day, "content": content}
        found.append(answer | _asked_for(address, request))
    if not found:
        raise unusable(file, NO_BODIES, count=len(entries))
    return found


def _part(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, Mapping) else {}


def _asked_for(address: str, request: Mapping[str, Any]) -> dict[str, str]:
    """The view that a request asks for: `timeType=MONTH` in its address or in what was posted."""
    try:
        asked = dict(parse_qsl(urlsplit(address).query))
    except ValueError:
        asked = {}
    posted = _part(request, "postData").get("text")
    try:
        body = json.loads(posted) if isinstance(posted, str) else {}
    except (ValueError, RecursionError):
        body = {}
    asked |= {str(key): value for key, value in body.items()} if isinstance(body, dict) else {}
    return {
        key: value
        for key, value in asked.items()
        if squeezed(key) in PERIODS and isinstance(value, str)
    }


def _view(answer: Any, words: Vocabulary) -> tuple[str | None, str | None]:
    """The view and the day that an answer names; nothing of what is a unit's record itself."""
    try:
        tree = unflatten(answer)
    except DataError:  # said when it is read
        return None, None
    if not isinstance(tree, Mapping) or not unit_in(keyed(tree), words).is_empty:
        return None, None
    period = day = None
    level = [tree]
    for _ in range(_DEEP):
        for node in level:
            record = keyed(node)
            said = (record.get(key) for key in PERIODS)
            period = period or next(
                (got for one in said if isinstance(one, str) and (got := moments.find_period(one))),
                None,
            )
            moment = record.get("starteddatetime") or record.get("capturedat")
            found = moments.find_date(moment) if isinstance(moment, str) else None
            day = day or (f"{found}" if found else None)
        level = [v for node in level for v in node.values() if isinstance(v, Mapping)]
    return period, day
