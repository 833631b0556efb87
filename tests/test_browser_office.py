"""An administrator's morning, in a real browser: an account, a role, somebody in, somebody out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import ROOT, Server, new_visitor, running_app, settle, wait_ready
from core.store.database import Store
from core.store.office import accounts
from core.store.office.audit import audit_rows
from core.store.operation.backup import back_up, bring_back
from office import PASSWORD, file_of, guarded

pytestmark = pytest.mark.browser
NEW = "năm con mèo ngủ trưa"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Server, Store]]:
    """The real app with local accounts, and its store in the operator's hands."""
    place = file_of(tmp_path)
    db = guarded(place)
    with running_app(ROOT, tmp_path, SIGN_IN="accounts", STORE_URL=place) as server:
        yield server, db


def signed_in(browser: Browser, server: Server, login: str, password: str, path: str = "/") -> Page:
    page = new_visitor(browser).new_page()
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("Tài khoản").fill(login)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    wait_ready(page)
    if path != "/":
        page.goto(server.url + path)
        wait_ready(page)
    return page


def test_an_administrator_lets_somebody_in_and_out(
    browser: Browser, office: tuple[Server, Store]
) -> None:
    server, db = office
    page = signed_in(browser, server, "ad", PASSWORD)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("link", name="Quản trị").click()
    expect(page.get_by_role("heading", name="6 tài khoản: 6 được đăng nhập")).to_be_visible()
    page.get_by_text("Thêm tài khoản", exact=True).click()
    page.get_by_label("Tài khoản", exact=True).fill("lan")
    page.get_by_label("Họ tên, như ghi bên cạnh công việc của họ").fill("Nguyễn Thị Lan")
    page.get_by_label("Mật khẩu", exact=True).fill(NEW)
    page.get_by_label("Nhập lại mật khẩu").fill(NEW)
    # pressed twice by a quick hand: added once, said once, and counted
    page.get_by_role("button", name="Thêm tài khoản này").dblclick()
    expect(page.get_by_test_id("stToast")).to_have_text(re.compile("Đã thêm tài khoản: lan"))
    expect(page.get_by_role("heading", name="7 tài khoản: 7 được đăng nhập")).to_be_visible()
    settle(page)
    expect(page.get_by_label("Mật khẩu", exact=True)).to_have_value("")

    lans = signed_in(browser, server, "lan", NEW)
    expect(lans.get_by_text("chưa được phân vai trò")).to_be_visible()

    row = page.locator('[class*="st-key-person-account-lan"]')
    row.get_by_text("Thay đổi", exact=True).click()
    row.get_by_role("button", name="Giao vai trò").click()
    expect(row.get_by_text("người xem, mọi bộ số liệu").first).to_be_visible()
    lans.reload()
    wait_ready(lans)
    expect(lans.get_by_role("link", name="Mô phỏng")).to_be_visible()
    expect(lans.get_by_role("link", name="Quản trị")).to_have_count(0)
    lans.goto(f"{server.url}/admin?role=admin")
    wait_ready(lans)
    expect(lans.get_by_role("heading", name="tài khoản")).to_have_count(0)

    row.get_by_role("button", name="Khóa tài khoản").click()
    expect(row.get_by_text("đã khóa").first).to_be_visible()
    lans.reload()
    expect(lans.get_by_label("Mật khẩu")).to_be_visible()

    page.get_by_role("radio", name="Nhật ký").click()
    page.get_by_text("Nhật ký có nguyên vẹn không?").click()
    page.get_by_role("button", name="Kiểm tra nhật ký").click()
    expect(page.get_by_text("Nguyên vẹn:")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    with db.transaction() as connection:
        rows = [row for row in audit_rows(connection, 100) if row.subject == "account:ad"]
    done = [row.deed for row in rows[::-1]]
    assert done == ["sign_in", "account_added", "role_set", "account_disabled"]
    assert {one.subject: one for one in accounts.accounts(db)}["account:lan"].is_active is False
    assert NEW not in server.log.read_text(encoding="utf-8")


GONE = "hãy để tab mở và đừng tải lại"
TORN = "tự được lưu giữ khi nơi lưu trữ hoạt động trở lại. Hãy để tab mở."


@pytest.mark.parametrize("said", [GONE, TORN])
def test_a_store_that_is_brought_back_takes_the_work_of_an_open_tab(
    browser: Browser, office: tuple[Server, Store], tmp_path: Path, said: str
) -> None:
    server, db = office
    page = signed_in(browser, server, "ed", PASSWORD, "/simulate?d=phu_tho_2026")
    back_up(db.url, tmp_path / "copy.db")
    box = page.get_by_label("Số hóa hồ sơ, kết quả giải quyết, phần trăm")
    box.fill("60")
    box.press("Enter")
    settle(page)
    assert "w=" in page.url  # kept, and not in the backup
    db.engine.dispose()
    files = [tmp_path / f"store.db{end}" for end in ("", "-wal", "-shm")]
    if said == TORN:
        for each in files[:2]:
            with each.open("r+b") as file:
                file.write(b"torn" * (each.stat().st_size // 4))
    else:
        put_aside(files)
    box.fill("70")
    box.press("Enter")
    lost = page.get_by_text(said)
    expect(lost).to_be_visible()
    if said == TORN:
        put_aside(files)
    bring_back(db.url, tmp_path / "copy.db", datetime.now(UTC))
    # by itself
    expect(page.get_by_text("Những gì tab này đang giữ đã được ghi vào tệp")).to_be_visible()
    wait_ready(page)
    page.reload()
    wait_ready(page)
    expect(box).to_have_value("70,0" if said == TORN else "60,0")


def put_aside(files: list[Path]) -> None:
    for each in files:
        if each.exists():
            each.replace(each.with_name(f"aside-{each.name}"))
