"""An issued plan followed up on the page of targets, and forecasts on the page Method.

The figures are those of `tests/test_track.py`: Phú Thọ with a plan of 26 September 2026, and units
of 10 October that did nothing, what their course asks, and all.
"""

import io
from pathlib import Path

import docx
import pytest
from streamlit.testing.v1 import AppTest

from core.documents.kinds import document_of
from core.documents.words import REPORT
from core.export.official_docx import official_document
from core.outlook.case import Case, load_case
from core.plans.files import plan_text
from core.plans.made import as_scenario, from_scenario
from core.store import forecasts, versions
from core.store import plans as store
from core.store.rows import A_PLAN
from core.track.frozen import freeze
from pages.parts.state.kept import storage
from test_track import NOW, UNITS, known_on, later_counts, plan_for
from worlds import DIGITIZED, FRAME, open_door


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def case(folder: Path) -> Case:
    place = folder / "datasets"
    place.mkdir()
    return load_case(known_on(place, NOW, later_counts()))


@pytest.fixture(autouse=True)
def _own_store(folder: Path, case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(folder))
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")


def issued(case: Case) -> str:
    """A plan that was issued on 26 September; its identifier."""
    plan, db = plan_for(case, title="Quý IV"), storage.store()
    said = {"author": "Lan", "dataset_version": case.dataset.version}
    made = versions.create(
        db, plan_text(plan), name="Quý IV", dataset_id=case.dataset.id, what=A_PLAN, **said
    )
    assert isinstance(made, versions.Version)
    store.issue_plan(db, made.scenario_id, 1, author="Minh", as_of="2026-09-26")
    return made.scenario_id


def opened(case: Case, page: str, **asked: str) -> AppTest:
    app = AppTest.from_file(str(FRAME), default_timeout=120)
    for name, value in ({"d": case.dataset.id} | asked).items():
        app.query_params[name] = value
    app = app.switch_page(page).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in [*app.markdown, *app.caption, *app.info]).replace(
        "\\", ""
    )


def test_an_issued_plan_is_followed_up(case: Case) -> None:
    app = opened(case, "targets.py", p=issued(case))
    words = said(app)
    assert (
        "Từ ngày 28/9/2026 đến ngày 10/10/2026: trong 3 chỉ tiêu có 0 đã đạt, 1 vượt tiến độ, 1 "
        "đúng tiến độ, 1 chậm tiến độ" in words
    )
    # 62,76 points and rank 12 on 26/9, as published
    assert "Từ khi ban hành kế hoạch (26/9/2026)" in words
    names = case.dataset.units["name_vi"]
    calls = next(one.value for one in app.dataframe if "Số chỉ tiêu chậm" in one.value)
    assert list(calls["Đơn vị"]) == [names[UNITS[0]]]
    assert "Chỉ tiêu theo kế hoạch “Quý IV”" in words
    assert any(one.label == "Báo cáo tuần (Word)" for one in app.get("download_button"))


def test_a_superseded_plan_is_followed_up_no_more(case: Case) -> None:
    app = opened(case, "targets.py", p=issued(case))
    open_door(app, "plan-supersede")
    app.text_input(key="supersede-author").set_value("Minh")
    app = app.button(key="plan-supersede").click().run()
    assert not app.exception
    assert "đã được thay thế" in said(app) and "Từ ngày 28/9/2026" not in said(app)


def test_the_report_of_the_week_says_how_the_plan_stands(case: Case) -> None:
    plan = plan_for(case, title="Quý IV", state="issued")
    content = official_document(document_of(case, plan, REPORT, "vi"))
    book = docx.Document(io.BytesIO(content))
    words = "\n".join(one.text for one in book.paragraphs)
    assert "trong 3 chỉ tiêu được giao: 0 đã đạt, 1 vượt tiến độ, 1 đúng tiến độ, 1 chậm" in words
    cells = {cell.text for table in book.tables for row in table.rows for cell in row.cells}
    assert str(case.dataset.units["name_vi"][UNITS[0]]) in cells


def test_the_page_freezes_its_forecast_once_and_issuing_another(case: Case) -> None:
    opened(case, "targets.py")
    opened(case, "targets.py")
    (row,) = forecasts.forecasts(storage.store())
    assert (row.dataset_id, row.plan_id) == (case.dataset.id, "")
    assert row.payload == freeze(case).model_dump_json()


def test_the_register_counts_only_what_was_frozen_before(case: Case, folder: Path) -> None:
    earlier = load_case(known_on(folder, NOW.replace(month=9, day=28)))
    forecasts.add_forecast(
        storage.store(),
        freeze(earlier).model_dump_json(),
        dataset_id=earlier.dataset.id,
        dataset_version=earlier.dataset.version,
    )
    app = opened(case, "method.py", chapter="register")
    words = said(app)
    # the clock of this test's store is later than the boards of September 2026
    assert "2 dự báo khác được lưu sau ngày được dự báo" in words
    assert "Chưa có dự báo nào đến hạn" in words
    table = next(one.value for one in app.dataframe if "Lưu trước ngày đó" in one.value)
    assert list(table["Kết quả thực tế" if "Kết quả thực tế" in table else table.columns[7]]) == [
        61.86,
        16.0,
    ]


def test_a_plan_that_is_not_saved_is_there_again_after_a_reload(case: Case) -> None:
    app = opened(case, "targets.py")
    pasted = "Đơn vị\tChỉ số\tTỷ lệ\tThời hạn\nCấp xã\tSố hóa hồ sơ\ttối thiểu 62,5%\tQuý IV/2026\n"
    pasted = pasted.replace("Số hóa hồ sơ", str(case.dataset.rules.name_vi[DIGITIZED]))
    open_door(app, "plan-choose")
    app.text_area(key="plan-paste").set_value(pasted).run()
    app = app.button(key="plan-use-table").click().run()
    assert not app.exception
    key = app.query_params["w"]
    again = opened(case, "targets.py", w=key[0] if isinstance(key, list) else key)
    plan = again.session_state["plans-at-hand"][case.dataset.id]
    assert [(one.unit, one.rate) for one in plan.now.targets] == [("level:commune", 0.625)]
    again = again.button(key="plan-undo").click().run()
    assert again.session_state["plans-at-hand"][case.dataset.id].now.targets == ()


@pytest.mark.parametrize(("view", "key"), [("seek", "goal_plan"), ("cascade", "cascade_plan")])
def test_a_goal_seek_and_a_cascade_become_plans(view: str, key: str, case: Case) -> None:
    app = opened(case, "goalseek.py", goal_view=view)
    app = app.button(key=key).click().run()
    assert not app.exception
    plan = app.session_state["plans-at-hand"][case.dataset.id].now
    assert plan.targets and plan.title
    # and to a scenario and back it is the same
    scenario = as_scenario(plan, case.baseline)
    assert from_scenario(scenario, case.baseline, case.calendar) == plan
