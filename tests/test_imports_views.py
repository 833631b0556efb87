"""Boards, views and logs as crawlers and people keep them."""

import datetime as dt
import io
import json
from typing import Any

import openpyxl

from core.imports.opening import read_file
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from import_files import answer

BOARD = [
    {"departmentName": f"UBND tỉnh {name}", "departmentCode": code, "totalScore": score, "rank": at}
    for at, (name, code, score) in enumerate(
        (("Phú Thọ", "H44", 80.5), ("Gia Lai", "H21", 66.23), ("An Giang", "H01", 60.56)), start=1
    )
]


def planned(tree: Any, name: str = "figures-2026-10-10.json", **said: Any) -> ImportPlan:
    options = ImportOptions(**said)
    raw = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return plan_import(read_file(name, raw, options), options)


def test_a_board_of_provinces_is_read_as_a_list_or_under_any_key():
    for tree in (BOARD, {"data": {"ranking": BOARD}}, {"capturedAt": "2026-10-10", "rows": BOARD}):
        plan = planned(tree, province="Gia Lai")
        assert not plan.problems and plan.published_rank == 2 and plan.published_total == 66.23
        assert [row.total for row in plan.board] == [80.5, 66.23, 60.56]


def test_provinces_with_points_of_one_group_are_no_board_of_totals():
    tree = [{**one, "totalScore": one["totalScore"] / 4} for one in BOARD]
    assert not planned(tree, province="Gia Lai").board


def test_a_view_named_without_a_day_is_dated_by_its_last_one():
    for name, day in (
        ("figures-month-2026-09.json", dt.date(2026, 9, 30)),
        ("quy 3 nam 2026.json", dt.date(2026, 9, 30)),
        ("thang 2-2026.json", dt.date(2026, 2, 28)),
        ("figures-quarter-2026-Q4.json", dt.date(2026, 12, 31)),
    ):
        plan = planned(answer("transparency"), name, saved={name: dt.date(2027, 1, 5)})
        assert plan.as_of == day and any("only" in str(one) for one in plan.warnings)
    name = "figures-month-2026-09.json"
    plan = planned(answer("transparency"), name, saved={name: dt.date(2026, 9, 20)})
    assert plan.as_of == dt.date(2026, 9, 20)


def test_null_is_told_and_never_a_figure():
    text = json.dumps(answer("transparency"))
    tree = json.loads(text, parse_int=lambda _: None, parse_float=lambda _: None)
    plan = planned(tree)
    assert not plan.observations and plan.problems
    assert any("null" in str(one.why) for one in plan.left_out)


def test_a_score_in_words_is_told_with_its_value():
    tree = [*BOARD[:2], {**BOARD[2], "totalScore": "sáu mươi"}]
    plan = planned({"overview": BOARD[1], "radar": [], "evaluation": tree}, province="Gia Lai")
    assert any("'sáu mươi'" in str(one.why) for one in plan.left_out)


def test_an_answer_kept_as_text_in_a_log_is_read():
    inner = json.dumps(answer("transparency"))
    tree = {"log": {"entries": [{"response": {"content": {"text": inner}}}]}}
    assert planned(tree).observations == planned(answer("transparency")).observations


def test_an_answer_without_end_is_refused():
    tree = [{**BOARD[0], "departmentCode": f"H44.{at}"} for at in range(30_001)]
    assert any("30000 records" in str(one) for one in planned(tree).problems)


def test_sheets_of_year_and_month_are_two_views_and_without_names_a_problem():
    def book(*titles: str) -> bytes:
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, more in zip(titles, (0, 5), strict=True):
            sheet = made.create_sheet(title)
            sheet.append(["STT", "Tỉnh", "Tổng điểm"])
            for at, one in enumerate(BOARD):
                name = one["departmentName"].removeprefix("UBND tỉnh ")
                sheet.append([at + 1, name, one["totalScore"] + more])
        file = io.BytesIO()
        made.save(file)
        return file.getvalue()

    name = "bang-2026-10-10.xlsx"
    plan = planned(book("Điểm năm", "Điểm tháng"), name, province="Gia Lai")
    assert not plan.problems and plan.boards == 2 and plan.published_total == 66.23
    plan = planned(book("Trang 1", "Trang 2"), name, province="Gia Lai")
    assert any("name the sheets" in str(one) and "'85.5'" in str(one) for one in plan.problems)
