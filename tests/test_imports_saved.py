"""Answers of the portal as browsers and scripts save them. Names and figures are invented."""

import base64
import datetime as dt
import html
import json
from typing import Any

import pytest

from core.imports.opening import read_file
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.problems import DataError
from import_files import answer, as_json, online, progress

DAY = dt.date(2026, 9, 30)
ANSWERS = (answer("transparency"), progress(), online())


def plan_of(raw: bytes, name: str = "luu.json", **said: Any) -> ImportPlan:
    options = ImportOptions(**{"as_of": DAY, **said})
    return plan_import(read_file(name, raw, options), options)


def facts(plan: ImportPlan) -> set[tuple[object, ...]]:
    return {
        (row.unit, row.component, row.numerator, row.denominator, row.points)
        for row in plan.observations
    }


def log(answers: tuple[Any, ...], query: str = "", coded: bool = True, body: bool = True) -> Any:
    """A network log as browsers write it, with a picture and a script among the answers."""
    entries = []
    for number, tree in enumerate(answers):
        text = json.dumps(tree, ensure_ascii=False)
        content: dict[str, Any] = {"size": len(text), "mimeType": "application/json"}
        if body:
            content["text"] = base64.b64encode(text.encode()).decode() if coded else text
            content |= {"encoding": "base64"} if coded else {}
        entries.append(
            {
                "startedDateTime": "2026-10-01T08:00:00.000+07:00",
                "request": {"method": "GET", "url": f"https://portal.example/api/{number}{query}"},
                "response": {"status": 200, "content": content},
            }
        )
    noise = [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"function () { return {a: 1} }"]
    for raw in noise if body else ():
        content = {"text": base64.b64encode(raw).decode(), "encoding": "base64"}
        entries.append({"request": {"url": "https://portal.example/x"},
                        "response": {"content": content}})  # fmt: skip
    return {"log": {"version": "1.2", "entries": entries}}


EXPECTED = facts(plan_of(as_json(list(ANSWERS))))
TEXTS = [json.dumps(tree, ensure_ascii=False) for tree in ANSWERS]
PRETTY = [json.dumps(tree, ensure_ascii=False, indent=2) for tree in ANSWERS]
LIST = f"[{','.join(TEXTS)}]"
SAVED = {
    "log": as_json(log(ANSWERS)),
    "log of texts": as_json(log(ANSWERS, coded=False)),
    "one a line": "\n".join(TEXTS).encode(),
    "one behind the other": "".join(TEXTS).encode(),
    "one below the other": "\n\n".join(PRETTY).encode(),
    "with commas between": ",\n".join(PRETTY).encode(),
    "a list": LIST.encode(),
    "with a mark of its bytes": b"\xef\xbb\xbf" + LIST.encode(),
    "in UTF-16": LIST.encode("utf-16"),
    "in a callback": f"/**/jQuery123_4({LIST});".encode(),
    "in a variable": f"var duLieu = {LIST};\n".encode(),
    "behind a prefix": f")]}}',\n{LIST}".encode(),
    "a page": f"<html><head></head><body><pre>{html.escape(LIST)}</pre></body></html>".encode(),
    "a page with data": f'<!doctype html><script type="application/json">{LIST}</script>'.encode(),
    "texts in a list": as_json([{"url": "x", "body": text} for text in TEXTS]),
}


@pytest.mark.parametrize("kind", SAVED)
def test_answers_are_the_same_however_they_were_saved(kind: str) -> None:
    plan = plan_of(SAVED[kind])
    assert plan.problems == ()
    assert facts(plan) == EXPECTED
    assert len(EXPECTED) > 20


def test_a_log_is_of_the_day_on_which_it_was_taken() -> None:
    assert plan_of(as_json(log(ANSWERS)), as_of=None).as_of == dt.date(2026, 10, 1)


def test_views_that_a_log_asked_for_are_kept_apart() -> None:
    """The month's figures are other ones: they are told, and never taken for those of the year."""
    year, month = (
        log(ANSWERS, "?timeType=YEAR"),
        log((answer("transparency", 500),), "?timeType=MONTH"),
    )
    year["log"]["entries"] += month["log"]["entries"]
    plan = plan_of(as_json(year))
    assert plan.problems == ()
    assert plan.period == "year"
    assert facts(plan) == EXPECTED
    assert any("these count a month" in str(out.why) for out in plan.left_out)


def test_days_of_answers_behind_each_other_are_each_a_day_of_their_own() -> None:
    lines = [
        json.dumps(
            {"capturedAt": f"2026-09-{day}T08:00:00+07:00", "data": answer("transparency", size)}
        )
        for day, size in ((20, 1000), (27, 2000))
    ]
    plan = plan_of("\n".join(lines).encode(), as_of=None)
    found = {row.as_of: row.denominator for row in plan.observations
             if (row.unit, row.component) == ("H99", "dossier_sync")}  # fmt: skip
    assert found == {dt.date(2026, 9, 20): 1000, dt.date(2026, 9, 27): 2000}


def test_pages_of_one_list_are_counted_together() -> None:
    pages = []
    for at in (0, 1):
        page = answer("transparency")
        page["data"]["pagination"]["total"] = 2
        page["data"]["evaluation"] = page["data"]["evaluation"][at : at + 1]
        pages.append(page)
    plan = plan_of(as_json(pages))
    assert not any("as the file's own count says" in str(one) for one in plan.warnings)
    plan = plan_of(as_json(pages[:1]))
    assert any("expected 2 units" in str(one) for one in plan.warnings)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (as_json(log(ANSWERS, body=False)), "none of its 3 answers has one"),
        ("\n".join(TEXTS).encode()[:-9], "JSON that is whole"),
        (f"callback({LIST[:-50]});".encode(), "JSON that is whole"),
        (b"<html><body><pre>khong co gi</pre></body></html>", "has none"),
    ],
)
def test_what_holds_no_answer_is_told_in_one_sentence(raw: bytes, told: str) -> None:
    with pytest.raises(DataError) as caught:
        read_file("luu.har", raw, ImportOptions())
    (problem,) = caught.value.problems
    assert told in str(problem)


def test_documents_without_figures_are_told_once() -> None:
    plan = plan_of(b'{"a": 1}\n{"b": [2]}\n')
    assert [one.expected for one in plan.problems] == [
        "figures of units, as the portal's answers have them"
    ]


def test_a_torn_line_is_named() -> None:
    with pytest.raises(DataError) as caught:
        read_file(
            "luu.json", f"{TEXTS[0]}\n{TEXTS[1]}\n{TEXTS[2][:-20]}\n".encode(), ImportOptions()
        )
    assert caught.value.problems[0].line in (3, 4)
