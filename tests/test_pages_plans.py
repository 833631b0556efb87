"""A plan on the page of targets: made, changed with undo, kept, issued, opened, taken away."""

import pytest
from streamlit.testing.v1 import AppTest

from core.plans.files import read_plan
from core.plans.model import TargetPlan
from core.store import versions
from core.store.rows import A_PLAN
from pages.parts.state.kept import autosave
from worlds import FRAME, open_app, open_door

DATASET = "binh_phuoc_2024"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path / 'store.db'}")


def page(**asked: str) -> AppTest:
    app = open_app(DATASET, page="targets.py")
    assert not app.exception
    return app


def plan(app: AppTest) -> TargetPlan:
    found: TargetPlan = app.session_state["plans-at-hand"][DATASET].now
    return found


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown)


def box(app: AppTest, level: str):  # type: ignore[no-untyped-def]
    return next(one for one in app.text_input if one.label == f"Chỉ tiêu {level}, %")


def press(app: AppTest, label: str) -> AppTest:
    app = next(one for one in app.button if one.label == label).click().run()
    assert not app.exception
    return app


def keep(app: AppTest, name: str = "Giao chỉ tiêu quý II") -> AppTest:
    open_door(app, "plan-keep")
    app.text_input(key="plan-name").set_value(name)
    app.text_input(key="plan-author").set_value("Lan")
    return press(app, "Lưu")


def test_it_opens_with_what_is_assigned_and_says_where_the_plan_leads() -> None:
    app = page()
    assert len(plan(app).targets) == 9
    assert "**Kế hoạch:** Chỉ tiêu đã giao · bản nháp, chưa lưu · 9 chỉ tiêu" in said(app)
    lines = [one for one in said(app).split("\n") if "nếu các đơn vị đạt chỉ tiêu" in one]
    assert len(lines) == 2, "one for each horizon"


def test_a_target_typed_is_in_the_plan_and_undo_takes_it_back() -> None:
    app = page()
    box(app, "cấp xã").set_value("55").run()
    changed = {(one.unit, f"{one.due}"): one.rate for one in plan(app).targets}
    assert changed["level:commune", "2024-12-31"] == 0.55
    app = app.switch_page("overview.py").run().switch_page("targets.py").run()
    assert box(app, "cấp xã").value == "55,0", "it stays when the page is left"
    app = app.button(key="plan-undo").click().run()
    assert box(app, "cấp xã").value == "50,0"
    app = app.button(key="plan-redo").click().run()
    assert box(app, "cấp xã").value == "55,0"
    box(app, "cấp xã").set_value("").run()
    assert not any(
        one.unit == "level:commune" and f"{one.due}" == "2024-12-31" for one in plan(app).targets
    )


def test_a_plan_is_kept_issued_and_frozen_and_its_copy_is_a_draft() -> None:
    app = keep(page())
    (version,) = versions.find(autosave.store(), what=A_PLAN).items
    assert (version.name, version.author, version.dataset_id) == (
        "Giao chỉ tiêu quý II",
        "Lan",
        DATASET,
    )
    assert "bản nháp, phiên bản 1" in said(app)
    open_door(app, "plan-issue")
    app.text_input(key="issue-author").set_value("Minh")
    app = press(app, "Ban hành kế hoạch này")
    kept = read_plan(versions.read(autosave.store(), version.scenario_id, what=A_PLAN)[1])
    assert kept.state == "issued" and kept.targets == plan(app).targets
    assert "đã ban hành, phiên bản 2" in said(app)
    assert box(app, "cấp xã").disabled
    app = press(app, "Lập bản nháp mới từ kế hoạch này")
    assert plan(app).state == "draft" and not box(app, "cấp xã").disabled


def test_a_draft_is_deleted_brought_back_at_once_and_later_from_the_list() -> None:
    app = page()
    assert not [one for one in app.button if one.label == "Xóa kế hoạch này"]  # nothing is kept
    app = keep(app)
    targets = plan(app).targets
    app = open_door(app, "plan-gone")
    app.text_input(key="delete-author").set_value("Minh")
    app = press(app, "Xóa kế hoạch này")
    assert versions.find(autosave.store(), what=A_PLAN).total == 0
    (gone,) = versions.find(autosave.store(), what=A_PLAN, deleted=True).items
    assert (gone.kind, gone.author) == ("delete", "Minh")
    assert "bản nháp, chưa lưu" in said(app) and plan(app).targets == targets
    assert "Đã xóa “Giao chỉ tiêu quý II”" in app.success[0].value
    app = press(app, "Hoàn tác xóa")
    assert "bản nháp, phiên bản 3" in said(app) and not app.success
    app = press(app, "Xóa kế hoạch này")
    later = open_door(page(), "plan-choose")
    later.selectbox(key="plan-deleted").select(gone.scenario_id).run()
    later.text_input(key="restore-author").set_value("Hoa").run()
    later = press(later, "Khôi phục")
    (back,) = versions.find(autosave.store(), what=A_PLAN).items
    assert (back.kind, back.author, back.number) == ("restore", "Hoa", 5)
    assert "bản nháp, phiên bản 5" in said(later) and plan(later).targets == targets


def test_an_issued_plan_has_no_button_to_delete_it() -> None:
    app = open_door(keep(page()), "plan-gone")
    assert [one for one in app.button if one.label == "Xóa kế hoạch này"]
    app = open_door(app, "plan-issue")
    app.text_input(key="issue-author").set_value("Minh")
    app = press(app, "Ban hành kế hoạch này")
    assert not [one for one in app.button if one.label == "Xóa kế hoạch này"]


def test_a_link_opens_a_kept_plan_and_a_wrong_one_says_so() -> None:
    app = page()
    box(app, "cấp xã").set_value("55").run()
    keep(app)
    (version,) = versions.find(autosave.store(), what=A_PLAN).items
    opened = AppTest.from_file(str(FRAME), default_timeout=120)
    opened.query_params["d"] = DATASET
    opened.query_params["p"] = version.scenario_id
    opened = opened.switch_page("targets.py").run()
    assert not opened.exception
    assert box(opened, "cấp xã").value == "55,0"
    other = AppTest.from_file(str(FRAME), default_timeout=120)
    other.query_params["d"] = DATASET
    other.query_params["p"] = "<script>"
    other = other.switch_page("targets.py").run()
    assert not other.exception and len(plan(other).targets) == 9


def test_a_table_of_targets_is_read_and_what_is_left_out_is_named() -> None:
    app = page()
    table = (
        "Đơn vị;Chỉ số;Tỷ lệ;Thời hạn\n"
        "Sở Y tế;Hồ sơ thanh toán trực tuyến;tối thiểu 98%;Quý IV/2024\n"
        "Sở Y tế;Số cuộc họp <b>giao ban</b>;12;năm 2024\n"
    )
    open_door(app, "plan-choose")
    app.file_uploader(key="plan-table").upload("chi tieu.csv", table.encode(), "text/csv").run()
    assert not app.exception
    assert "Đã đọc 1 chỉ tiêu." in app.success[0].value
    assert "dòng 3" in app.warning[0].value and "<b>" not in app.warning[0].value
    app = press(app, "Dùng các chỉ tiêu này")
    assert [(one.unit, one.rate, f"{one.due}") for one in plan(app).targets] == [
        ("so_y_te", 0.98, "2024-12-31")
    ]
    wrong = "Đơn vị;Chỉ số;Tỷ lệ;Thời hạn\nSở Lạ;Hồ sơ thanh toán trực tuyến;cao;sớm\n"
    app.file_uploader(key="plan-table").upload("sai.csv", wrong.encode(), "text/csv").run()
    assert not app.exception
    told = app.error[0].value
    assert all(word in told for word in ("Sở Lạ", "cao", "sớm", "dòng 2"))


def test_the_plan_becomes_the_scenario_and_back() -> None:
    app = page()
    before = plan(app)
    app = app.button(key="plan-scenario").click().run()
    scenario = app.session_state["state"].histories[DATASET].now
    assert len(scenario.changes) == 9
    app = open_door(app, "plan-choose").button(key="plan-empty").click().run()
    assert plan(app).targets == ()
    app = app.button(key="plan-from-scenario").click().run()
    assert plan(app).targets == before.targets
    app = app.button(key="plan-from-assigned").click().run()
    assert plan(app).targets == before.targets


@pytest.mark.parametrize("name", ["simulate", "saved", "compare", "goalseek", "sensitivity"])
def test_a_scenario_with_phases_is_shown_on_every_page(name: str) -> None:
    app = page()
    app = app.button(key="plan-scenario").click().run()
    app = app.switch_page(f"{name}.py").run()
    assert not app.exception
    if name == "simulate":
        text = said(app) + "\n".join(one.value for one in app.caption)
        assert "đạt lũy kế 50,0" in text and "đến hết 31/12/2024" in text
        # one of the phases is taken back, the others of its lever stay
        key = next(one.key for one in app.button if str(one.key).startswith("back-level:commune"))
        app = app.button(key=key).click().run()
        assert not app.exception
        assert len(app.session_state["state"].histories[DATASET].now.changes) == 8


def test_a_table_that_is_written_in_becomes_the_plan() -> None:
    """What the editor gives back: one row new, one rate other, one row not whole yet."""
    script = """
import pandas as pd
import streamlit as st
from pages.parts.state import arrival
from pages.parts.state.plans import at_hand
from pages.parts.targets import editor
arrival.start()
plan = at_hand.now()
frame = editor.plan_frame(plan)
frame.loc[0, "rate"] = "45,5"
new = {"unit": "Sở Y tế", "component": frame["component"][0], "due": "2024-12-31", "rate": "85%"}
half = {"unit": "Sở Y tế", "component": None, "due": None, "rate": "10"}
made, left = editor.written(pd.concat([frame, pd.DataFrame([new, half])]), plan)
st.session_state["made"], st.session_state["left"] = made, left
st.session_state["same"] = editor.written(editor.plan_frame(plan), plan)
"""
    app = AppTest.from_string(script, default_timeout=120)
    app.query_params["d"] = DATASET
    app.run()
    assert not app.exception
    made, left = app.session_state["made"], app.session_state["left"]
    assert left == [11] and len(made.targets) == 10
    assert made.targets[0].rate == pytest.approx(0.455)
    assert made.targets[-1].unit == "so_y_te" and made.targets[-1].rate == 0.85
    same, none = app.session_state["same"]
    assert none == [] and len(same.targets) == 9


def test_a_dataset_without_targets_has_an_empty_plan() -> None:
    app = open_app("phu_tho_2026", page="targets.py")
    assert not app.exception
    assert "0 chỉ tiêu" in said(app)
    assert app.button(key="plan-scenario").disabled
