"""The administrator's page: there for administrators only, and what its buttons do."""

# ruff: noqa: F811 (a fixture of another file is named like what a test takes)

import ast
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from core.store.checks import StoreError
from core.store.database import REFUSALS, Store
from core.store.office import accounts, handing, sign_ins
from core.store.office.audit import audit_rows
from core.store.office.deeds import NEEDS, Grant
from core.web.sizes import LARGE_BODY
from core.web.visitors import NAMES_OF_REFUSALS
from office import PASSWORD
from pages.parts.admin import log
from pages.parts.server import watched
from pages.parts.state.kept import storage
from pages.parts.words import text
from test_office_admin import by, kept
from test_pages_office import db, visit  # noqa: F401
from worlds import open_app

Visit = Callable[..., AppTest]
Files = dict[str, Callable[[], bytes]]
NEW = "năm con mèo ngủ trưa"
# which argument of what writes into the trace is the deed
TRACES = {
    "write_audit": 3,
    "deed_on_files": 1,
    "_told": 2,
    "append_row": 4,
    "start_row": 4,
    "_step": 3,
    "_event": 3,
    "_change": 3,
}


def at(visit: Visit, login: str, part: str = "") -> AppTest:
    app = visit(login, "admin.py")
    if part:
        app.query_params["part"] = part
        app = app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    next(one for one in app.button if one.key == key).click()
    app = app.run()
    assert not app.exception
    return app


def unfold(app: AppTest, key: str) -> AppTest:
    """Open a fold, as a press on its heading does."""
    app.session_state[key] = True
    return app.run()


def said(app: AppTest) -> str:
    """All sentences on the page."""
    kinds = (app.markdown, app.caption, app.warning, app.info, app.error, app.success)
    return "\n".join(one.value for kind in kinds for one in kind).replace("\\", "")


def traced(db: Store) -> list[str]:
    with db.transaction() as connection:
        return [row.deed for row in audit_rows(connection, 1000)][::-1]


@pytest.mark.parametrize("login", ["vy", "ed", "an"])
def test_the_page_is_there_for_administrators_only(
    visit: Visit,
    login: str,
) -> None:
    app = visit(login)
    app.query_params["role"] = "admin"
    app = app.run()
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app.switch_page("admin.py")


def test_it_is_not_there_where_nobody_signs_in() -> None:
    app = open_app()
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app.switch_page("admin.py")


def test_a_page_that_is_still_open_after_the_role_is_gone_does_nothing(
    db: Store,
    visit: Visit,
) -> None:
    accounts.set_role(db, "account:an", "admin")
    app = unfold(at(visit, "an"), "change-account:vy")
    accounts.set_role(db, "account:an", "viewer")
    before = traced(db)
    next(one for one in app.button if one.key == "switch-account:vy").click()
    app = app.run()
    assert "Vai trò của bạn không cho phép" in said(app)
    assert "Quản trị" not in [one.value for one in app.title]
    assert sign_ins.is_let_in(db, "account:vy")
    assert traced(db) == [*before, "people"]


def test_everybody_is_listed_with_role_and_last_sign_in(db: Store, visit: Visit) -> None:
    sign_ins.sign_in(db, "ed", PASSWORD, "here")
    app = at(visit, "ad")
    words = said(app)
    assert "6 tài khoản: 6 được đăng nhập, trong đó 1 chưa có vai trò." in words
    assert "no · chưa có vai trò · đăng nhập gần nhất: chưa lần nào" in words
    [ed] = [line for line in words.splitlines() if line.startswith("ed ·")]
    assert "người soạn, mọi bộ số liệu" in ed and "chưa lần nào" not in ed
    app = app.text_input(key="people-search").set_value("EVA").run()
    assert "**Eva**" in said(app) and "**Ed**" not in said(app)
    app = app.text_input(key="people-search").set_value("không ai").run()
    assert "Không có tài khoản nào chứa các chữ này." in said(app)


def test_an_account_is_added_once_though_pressed_twice(db: Store, visit: Visit) -> None:
    app = unfold(at(visit, "ad"), "add-account")
    given = {"new-login": "lan", "new-name": "Lan", "new-password": NEW, "new-again": NEW}
    for key, value in given.items():
        app.text_input(key=key).set_value(value)
    app.selectbox(key="new-role").set_value("viewer")
    app.selectbox(key="new-place").set_value("phu_tho_2026")
    before = traced(db)
    button = next(one.key for one in app.button if one.label == "Thêm tài khoản này")
    app = press(app, str(button))
    app = press(app, str(button))
    assert traced(db)[len(before) :] == ["account_added", "role_set"]
    found = {one.subject: one for one in accounts.accounts(db)}["account:lan"]
    assert found.grants == {"phu_tho_2026": Grant("viewer")}
    assert sign_ins.sign_in(db, "lan", NEW, "here")
    assert NEW not in str(app.session_state._state.filtered_state), "it stays nowhere"


def test_a_password_is_set_and_kept_nowhere_else(db: Store, visit: Visit) -> None:
    token = sign_ins.sign_in(db, "vy", PASSWORD, "here")
    app = unfold(at(visit, "ad"), "change-account:vy")
    keys = ("password-account:vy", "again-account:vy")
    button = next(one.key for one in app.button if one.label == "Đặt mật khẩu")
    for pair, told in (
        ((NEW, PASSWORD), "Hai mật khẩu không giống nhau"),
        (("ngắn", "ngắn"), "12 đến 128 ký tự"),
    ):
        for key, value in zip(keys, pair, strict=True):
            app.text_input(key=key).set_value(value)
        app = press(app, str(button))
        assert told in said(app)
        assert sign_ins.worth(db, token).is_alive
    for key in keys:
        app.text_input(key=key).set_value(NEW)
    app = press(app, str(button))
    assert not sign_ins.worth(db, token).is_alive
    assert sign_ins.sign_in(db, "vy", NEW, "here")
    assert NEW not in str(app.session_state._state.filtered_state)
    with db.transaction() as connection:
        assert NEW not in "".join(row.details for row in audit_rows(connection, 1000))


def test_roles_are_given_with_units_and_taken_away(db: Store, visit: Visit) -> None:
    app = unfold(at(visit, "ad"), "change-account:no")
    app = app.selectbox(key="role-place-account:no").set_value("phu_tho_2026").run()
    app = app.selectbox(key="role-kind-account:no").set_value("editor").run()
    app = app.multiselect(key="role-units-account:no").set_value(["H44.01"]).run()
    before = traced(db)
    for _ in range(2):
        app = press(app, "give-account:no")
    held = {one.subject: one for one in accounts.accounts(db)}["account:no"].grants
    assert held == {"phu_tho_2026": Grant("editor", frozenset({"H44.01"}))}
    app = press(app, "take-account:no-phu_tho_2026")
    assert traced(db)[len(before) :] == ["role_set", "role_set"]
    assert "Không có vai trò thì không thấy gì." in said(app)


def test_an_account_is_disabled_and_let_in_but_never_ones_own(db: Store, visit: Visit) -> None:
    app = unfold(at(visit, "ad"), "change-account:vy")
    app = press(app, "switch-account:vy")
    assert not sign_ins.is_let_in(db, "account:vy")
    assert "**Vy** – đã khóa" in said(app)
    app = press(app, "switch-account:vy")
    assert sign_ins.is_let_in(db, "account:vy")
    app = unfold(app, "change-account:ad")
    assert next(one for one in app.button if one.key == "switch-account:ad").disabled
    app = press(app, "take-account:ad-*")
    assert "Bạn là người quản trị cuối cùng" in said(app)
    assert {one.subject: one for one in accounts.accounts(db)}["account:ad"].grants


def test_work_of_nobody_is_handed_over_on_the_page(db: Store, visit: Visit) -> None:
    assert "Công việc lưu từ khi chưa cần đăng nhập" not in [
        one.label for one in at(visit, "ad").expander
    ]
    kept(db, "a" * 22, "Lan")
    app = unfold(at(visit, "ad"), "left-work")
    app = app.selectbox(key="left-subject").set_value("account:ed").run()
    app = press(app, "left-give")
    assert handing.ownerless(db).total == 0
    assert traced(db)[-1] == "work_handed"


def test_the_trace_is_read_filtered_and_checked(db: Store, visit: Visit) -> None:
    app = at(visit, "ad", "trace")
    table = app.dataframe[0].value
    assert table["Nội dung"][0] == "thêm tài khoản" and table["Ai"][0] == "dòng lệnh"
    assert list(table["Số thứ tự"]) == sorted(table["Số thứ tự"], reverse=True)
    assert table["Khác"][1] == "quản trị, mọi bộ số liệu"
    app = app.selectbox(key="trace-what").set_value("account_added").run()
    assert set(app.dataframe[0].value["Nội dung"]) == {"thêm tài khoản"}
    app = app.selectbox(key="trace-who").set_value("account:vy").run()
    assert "Nhật ký không có dòng nào như vậy." in said(app)
    app = press(unfold(app, "trace-chain"), "trace-check")
    assert "Nguyên vẹn: 11 dòng" in said(app)
    app.text_input(key="trace-seen").set_value("f" * 64)
    app = press(app, "trace-check")
    assert "mã băm đã ghi không thuộc dòng nào" in said(app)


def test_the_state_of_the_server_is_told_and_a_share_is_warned_of(
    db: Store,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watched, "visits", lambda: 3.0)  # there is no server in this test
    monkeypatch.setattr(watched, "held_bytes", lambda: 2_500_000.0)
    app = at(visit, "ad", "server")
    rows = dict(app.dataframe[0].value.itertuples(index=False))
    assert rows["Cách đăng nhập"] == "tài khoản của chương trình này"
    assert rows["Nơi lưu trữ"].startswith("SQLite 3.")
    assert rows["Nằm trên ổ mạng"] == "không"
    assert (rows["Số lượt mở trên tiến trình này"], rows["Số phiên đăng nhập"]) == ("3", "0")
    assert rows["Tệp tải lên trong bộ nhớ, MB"] == "2,5"
    assert not app.warning
    monkeypatch.setattr("core.store.database.share_of", lambda path: "cifs")
    storage._opened.clear()
    app = at(visit, "ad")
    assert "tệp trên ổ mạng" in app.warning[0].value
    storage._opened.clear()


def test_english_is_whole_too(db: Store, visit: Visit) -> None:
    app = at(visit, "ad")
    app.segmented_control(key="language").set_value("en")
    app = app.run()
    assert [one.value for one in app.title] == ["Administration"]
    assert "6 accounts: 6 may sign in, 1 of them without a role yet." in said(app)


def test_the_trace_says_in_words_why_something_was_refused(db: Store, visit: Visit) -> None:
    with pytest.raises(StoreError):
        accounts.accounts(by(db, "vy"))  # a refusal
    table = at(visit, "ad", "trace").dataframe[0].value
    assert table["Khác"][0] == "vai trò không cho phép"
    assert not any(":" in more for more in table["Khác"]), "no raw keys"


def test_every_refusal_of_the_store_has_its_words() -> None:
    assert set(log.WHYS) >= REFUSALS


def test_every_reason_that_the_doors_note_has_its_words() -> None:
    """What is said to `note`, and what an `Identity` or a constant names as the reason."""
    noted = set(NAMES_OF_REFUSALS.values()) | {LARGE_BODY}
    places = [*(ROOT / "core/web").glob("*.py"), *(ROOT / "pages/parts/state/door").glob("*.py")]
    for path in places:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                said = ast.unparse(node)
                if re.match(r"run_in_threadpool\((rules\.)?note|(sign_ins\.)?note_refused", said):
                    noted |= {one.value for one in node.args if isinstance(one, ast.Constant)}
                for word in node.keywords:
                    if word.arg == "why" and isinstance(word.value, ast.Constant):
                        noted.add(word.value.value)
    assert {"no_sign_in", "foreign_form", "more", "told_twice"} <= noted
    assert set(log.WHYS) >= noted - {""}


def named(deed: str, language: str) -> str:
    before = text.RUN.set(language)
    try:
        return log.deed_name(deed)
    finally:
        text.RUN.reset(before)


def test_every_deed_has_its_words_in_both_languages() -> None:
    """Those that have rules, and whatever else the code writes into the trace."""
    written = set(NEEDS)
    for path in [*sorted((ROOT / "core").rglob("*.py")), ROOT / "pages/parts/state/rights.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in TRACES:
                place = TRACES[ast.unparse(node.func)]
                said = node.args[place] if len(node.args) > place else None
                written |= {
                    one.value
                    for one in ast.walk(said or ast.Constant(""))
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
            for word in getattr(node, "keywords", []):  # of a refusal: StoreError(..., deed="...")
                if word.arg == "deed" and isinstance(word.value, ast.Constant):
                    written.add(word.value.value)
    # a refusal that names no deed stands under its own code
    written |= REFUSALS
    assert len(written) > 30 and {"freeze", "role_set", "sign_in", "names"} <= written
    for deed in sorted(written - {""}):
        said = {language: named(deed, language) for language in text.LANGUAGES}
        assert said["vi"] != said["en"] and deed in log.DEED_NAMES | log.WHYS, deed


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Files:
    """What the buttons of a page would give away, by their keys."""
    found: Files = {}

    def keep(label: str, data: Callable[[], bytes], **options: str) -> None:
        found[options.get("key", label)] = data

    monkeypatch.setattr("streamlit.download_button", keep)
    return found


def test_a_role_that_is_gone_takes_no_file_away_from_an_open_page(
    db: Store, visit: Visit, given: Files
) -> None:
    visit("vy", "compare.py")
    assert given["compare_standings_csv"]()
    accounts.set_role(db, "account:vy", "viewer", "another dataset")
    accounts.set_role(db, "account:vy", None)
    with pytest.raises(StoreError) as error:
        given["compare_standings_csv"]()
    assert error.value.code == "not_allowed"
    with db.transaction() as connection:
        row = audit_rows(connection, 1)[0]
    assert (row.subject, row.deed, row.outcome) == ("account:vy", "download", "refused")


def test_a_table_that_is_taken_away_is_in_the_trace(db: Store, visit: Visit, given: Files) -> None:
    visit("vy", "compare.py")
    before = traced(db)
    assert given["compare_standings_csv"]()
    assert given["compare_standings_xlsx"]()
    assert traced(db) == [*before, "download", "download"]
    with db.transaction() as connection:
        rows = audit_rows(connection, 2)
    assert [(row.subject, row.target) for row in rows] == [
        ("account:vy", "so-sanh.xlsx binh_phuoc_2024"),
        ("account:vy", "so-sanh.csv binh_phuoc_2024"),
    ]
    accounts.set_active(db, "account:vy", False)
    with pytest.raises(StoreError):
        given["compare_standings_csv"]()
    assert traced(db)[-1] == "not_signed_in"
