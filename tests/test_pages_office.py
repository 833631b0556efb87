"""The pages of somebody who is signed in: what waits for them, what is off, what is not shown."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from core.plans.files import plan_text
from core.plans.model import Target, TargetPlan
from core.problems import Problem
from core.store import plans, versions, working
from core.store.database import Store
from core.store.office.accounts import set_role
from core.store.rows import A_PLAN
from office import file_of, guarded, of
from pages.parts.state import rights, who
from pages.parts.state.cases import seen
from pages.parts.state.door import callers
from pages.parts.state.kept import autosave
from worlds import FRAME, open_app, open_door

DATASET = "binh_phuoc_2024"
Visit = Callable[..., AppTest]


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("STORE_URL", file_of(tmp_path))
    monkeypatch.setenv("SIGN_IN", "accounts")
    who.how.cache_clear()
    yield guarded(file_of(tmp_path))
    who.how.cache_clear()


@pytest.fixture
def visit(db: Store, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """A page as somebody sees it, whose sign-in the server's layer has found."""
    monkeypatch.setattr(callers, "still_in", lambda subject: True)

    def open_as(login: str, page: str = "") -> AppTest:
        for module in (who, rights):
            monkeypatch.setattr(module, "who", lambda: of(login) if login else None)
        app = open_app(DATASET, page=page)
        assert not app.exception
        return app

    return open_as


def submitted(db: Store) -> str:
    """A plan that `ed` has submitted."""
    mine = db.held_by(of("ed"))
    due = dt.date(2025, 3, 31)
    target = Target(unit="level:commune", component="on_time", due=due, rate=0.98)
    plan = TargetPlan(dataset=DATASET, title="Quý I", targets=(target,))
    signed = {"author": "x", "dataset_id": DATASET, "dataset_version": "1"}
    made = versions.create(mine, plan_text(plan), name="Quý I", what=A_PLAN, **signed)
    plans.submit_plan(mine, made.scenario_id, 1, author="x", note="Kính trình")
    return made.scenario_id


def labels(app: AppTest) -> list[str]:
    return [one.value for one in app.info]


def test_a_plan_waits_on_the_first_page_of_who_may_approve_it_and_nobody_else(
    db: Store, visit: Visit
) -> None:
    submitted(db)
    waits = [one for one in labels(visit("an")) if one.startswith("Chờ bạn duyệt")]
    assert len(waits) == 1 and "Quý I" in waits[0] and "Ed" in waits[0]
    for other in ("ed", "vy"):
        assert not [one for one in labels(visit(other)) if "Quý I" in one]


def test_a_returned_plan_is_on_the_first_page_of_who_submitted_it(db: Store, visit: Visit) -> None:
    key = submitted(db)
    plans.return_plan(db.held_by(of("an")), key, 2, author="x", note="thiếu cấp sở")
    back = [one for one in labels(visit("ed")) if "Trả lại cho bạn" in one]
    assert len(back) == 1 and "thiếu cấp sở" in back[0]
    assert not [one for one in labels(visit("an")) if "Quý I" in one]


def test_an_approver_issues_it_on_the_page_and_its_history_says_so(db: Store, visit: Visit) -> None:
    key = submitted(db)
    app = visit("an", "targets.py")
    app.query_params["p"] = key
    app = app.run()
    open_door(app, "plan-issue")
    app = next(one for one in app.button if one.key == "plan-approve").click().run()
    assert not app.exception
    version, payload = versions.read(db, key, what=A_PLAN)
    assert (version.kind, version.author) == ("issue", "An") and '"issued"' in payload


def test_a_viewer_is_told_what_their_role_lacks(visit: Visit) -> None:
    app = visit("vy", "data.py")
    why = "Vai trò của bạn không cho phép việc này: cần vai trò người soạn."
    assert why in [one.value for one in app.caption]
    assert not [one for one in app.button if one.key == "correct_commit"]


def test_a_viewer_sees_why_a_kept_draft_is_not_theirs_to_delete(db: Store, visit: Visit) -> None:
    key = submitted(db)
    plans.return_plan(db.held_by(of("an")), key, 2, author="x", note="thiếu cấp sở")
    buttons = {}
    for login in ("vy", "ed"):
        app = open_door(visit(login, "targets.py"), "plan-choose")
        app.selectbox(key="plan-kept").select(key).run()
        app = next(one for one in app.button if one.key == "plan-open").click().run()
        assert not app.exception
        app = open_door(app, "plan-gone")
        buttons[login] = [one for one in app.button if one.key == "plan-delete"]
    assert not buttons["vy"]
    buttons["ed"][0].click().run()
    assert versions.find(db.held_by(of("ed")), what=A_PLAN).total == 0
    (gone,) = versions.find(db.held_by(of("ed")), what=A_PLAN, deleted=True).items
    assert (gone.kind, gone.author) == ("delete", "Ed")


def test_without_a_role_and_without_a_sign_in_there_is_nothing_but_the_door(
    db: Store, visit: Visit
) -> None:
    for login, said in (("no", "chưa được phân vai trò"), ("", "Hãy đăng nhập để tiếp tục")):
        app = visit(login)
        assert [one.value for one in app.title] == ["Đăng nhập"]
        assert said in app.info[0].value
        assert not app.selectbox and not app.metric
    set_role(db, "account:no", "viewer", "phu_tho_2026")
    app = visit("no")
    assert app.session_state["state"].dataset == "phu_tho_2026", "the only one that they see"


@pytest.mark.parametrize("login", ["vy", "eva", "ed"])
def test_a_button_that_another_page_has_is_pressed_in_vain(
    db: Store, visit: Visit, login: str
) -> None:
    """Its name is known to whoever has seen an approver's page, and anybody can send it."""
    key = submitted(db)

    def plan_of(reader: str) -> AppTest:
        app = visit(reader, "targets.py")
        app.query_params["p"] = key
        return app.run()

    buttons = {
        one.key: one.id
        for door in ("plan-issue", "plan-return")
        for one in open_door(plan_of("an"), door).button
    }
    app = plan_of(login)
    for name in ("plan-approve", "plan-return"):
        states = app._tree.get_widget_states()
        states.widgets.append(WidgetState(id=buttons[name], trigger_value=True))
        app = app._run(states)
        assert not app.exception
    assert versions.read(db, key, what=A_PLAN)[0].kind == "submit"


def test_a_dataset_that_is_not_listed_is_not_chosen(db: Store, visit: Visit) -> None:
    set_role(db, "account:no", "viewer", "phu_tho_2026")
    app = visit("no")
    states = app._tree.get_widget_states()
    (mine,) = (one for one in states.widgets if one.id == app.selectbox(key="dataset_choice").id)
    mine.string_value = DATASET
    app = app._run(states)
    assert not app.exception and app.session_state["state"].dataset == "phu_tho_2026"


def test_what_is_wrong_with_a_dataset_is_told_to_who_may_see_it(
    db: Store, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_role(db, "account:no", "viewer", "phu_tho_2026")
    problem = Problem("observations.csv", 3, "rate_percent", "bí mật", "a number")
    loaded = seen._loaded()
    monkeypatch.setattr(seen, "_loaded", lambda: (loaded[0], {"broken": (problem,)}))
    told = {login: [one.value for one in visit(login).markdown] for login in ("no", "vy")}
    assert [any("bí mật" in one for one in told[login]) for login in ("no", "vy")] == [False, True]


def test_what_a_session_holds_is_gone_when_it_is_anothers(db: Store, visit: Visit) -> None:
    app = visit("ed")
    app.session_state["secret"] = "of ed"
    visit("eva")  # the layer now finds another person
    app = app.run()
    assert "secret" not in app.session_state


def test_another_opens_no_work_by_its_address(db: Store, visit: Visit) -> None:
    key = "w" * 22
    working.autosave(db.held_by(of("ed")), key, '{"dataset": "phu_tho_2026"}')
    visit("eva")
    fresh = AppTest.from_file(str(FRAME), default_timeout=120)
    fresh.query_params["w"] = key
    fresh = fresh.run()
    assert [one.value for one in fresh.warning if "kịch bản đang làm" in one.value]
    assert fresh.session_state["state"].key != key
    assert autosave.store().actor == of("eva")
