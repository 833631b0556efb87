"""The Allocate page through AppTest: its three views on published and on estimated data."""

import pytest
from streamlit.testing.v1 import AppTest

from core.dataset import list_datasets
from pages.parts.session import State
from test_pages import open_app

PHU_THO, BINH_PHUOC = "phu_tho_2026", "binh_phuoc_2025"


def view(name: str, dataset: str = PHU_THO) -> AppTest:
    app = open_app(dataset, page="goalseek.py")
    app.segmented_control(key="goal_view").set_value(name).run()
    assert not app.exception
    return app


def answer(app: AppTest) -> str:
    """The sentence on top, as people read it."""
    said = next(block.value for block in app.markdown if block.value.startswith("####"))
    return said.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def changes(app: AppTest) -> dict[tuple[str, str], float]:
    state: State = app.session_state["state"]
    now = state.histories[state.dataset].now
    return {(change.unit, change.component): change.value for change in now.changes}


@pytest.mark.parametrize("dataset", list_datasets())
@pytest.mark.parametrize("name", ["push", "seek", "cascade"])
def test_every_view_runs_on_every_dataset(name: str, dataset: str) -> None:
    app = view(name, dataset)
    assert answer(app)
    assert not app.error


def test_the_strongest_move_and_the_capped_lever_are_named() -> None:
    said = answer(view("push"))
    # 25,179 late dossiers of 597,918: 20 * 25179 / 597918 = 0.84 points
    assert "Hồ sơ giải quyết đúng hạn ở Sở Nông Nghiệp và Môi Trường" in said
    assert "+0,84 điểm" in said
    assert "Hồ sơ nộp trực tuyến đã kịch trần" in said


@pytest.mark.parametrize("scope", ["kind", "level", "province"])
def test_moves_together(scope: str) -> None:
    app = view("push")
    app.segmented_control(key="push_scope").set_value(scope).run()
    assert not app.exception


def test_a_plan_becomes_the_scenario_and_keeps_its_assumptions() -> None:
    app = open_app(page="simulate.py")
    app.toggle(key="own_pace").set_value(False).run()
    app.slider(key="field_gain").set_value(2.0).run()
    app.switch_page("goalseek.py").run()
    app.segmented_control(key="goal_view").set_value("seek").run()
    app.text_input(key=f"goal_score-{PHU_THO}").set_value("63").run()
    assert "63 điểm đạt được" in answer(app)
    app.button(key="goal_use").click().run()
    assert not app.exception
    state: State = app.session_state["state"]
    assert state.histories[PHU_THO].now.assumptions.field_gain == 2.0
    assert len(changes(app)) > 100


def test_65_points_are_out_of_reach_until_the_province_moves_too() -> None:
    app = view("seek")
    app.text_input(key=f"goal_score-{PHU_THO}").set_value("65").run()
    said = answer(app)
    assert "không đạt được" in said
    assert "TTHC công bố đúng hạn" in said
    step = next(button for button in app.button if "-province" in str(button.key))
    step.click().run()
    assert not app.exception
    assert "65 điểm đạt được" in answer(app)


@pytest.mark.parametrize("typed", ["abc", "101", ""])
def test_a_wrong_goal_is_answered(typed: str) -> None:
    app = view("seek")
    app.text_input(key=f"goal_score-{PHU_THO}").set_value(typed).run()
    assert not app.exception
    assert bool(app.error) == bool(typed)
    assert any("Hãy điền các số" in info.value for info in app.info)


def test_weights_that_fall_are_refused() -> None:
    app = view("seek")
    app.text_input(key=f"goal_weight_2-{PHU_THO}").set_value("0,5").run()
    assert [error.value for error in app.error] == [
        "Phần khó hơn không thể tính ít hơn phần dễ hơn."
    ]


def test_estimated_volumes_are_told_in_parts_with_their_mark() -> None:
    app = view("seek", BINH_PHUOC)
    said = answer(app)
    assert "≈ " in said
    assert "số hồ sơ của tỉnh" in said
    app.text_input(key=f"goal_dossiers-{BINH_PHUOC}").set_value("150000").run()
    counted = answer(app)
    assert "số hồ sơ của tỉnh" not in counted
    assert "≈ " in counted


def test_a_cascade_gives_its_target_back() -> None:
    app = view("cascade")
    app.text_input(key=f"cascade_target-digitized-{PHU_THO}").set_value("30").run()
    checks = [one.value.replace("\\", "") for one in app.caption if "Kiểm tra" in one.value]
    assert len(checks) == 1
    assert "30,00" in checks[0]


def test_a_cascade_leaves_other_changes_alone() -> None:
    app = open_app(page="simulate.py")
    app.text_input(key="box-dossiers_paid-level").set_value("95").run()
    app.switch_page("goalseek.py").run()
    app.segmented_control(key="goal_view").set_value("cascade").run()
    app.button(key="cascade_use").click().run()
    assert not app.exception
    found = changes(app)
    assert found["*", "dossiers_paid"] == 0.95
    assert {component for _, component in found} == {"dossiers_paid", "digitized"}


def test_an_impossible_target_is_explained() -> None:
    app = view("cascade")
    app.text_input(key=f"cascade_target-digitized-{PHU_THO}").set_value("90").run()
    said = answer(app)
    assert "không thể" in said
    assert "100 % là bức tường" in said
