"""Scenarios that last, in a real browser: a killed server, two people, short links, Back, files."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import PATIENCE, ROOT, Server, free_port, settle, wait_ready, wait_until_healthy
from screens import fits, resize

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SIMULATE = "/simulate?d=phu_tho_2026"
LEVER = "Số hóa hồ sơ, kết quả giải quyết, phần trăm"


@contextmanager
def killable_server(data_dir: Path, port: int) -> Iterator[tuple[Server, subprocess.Popen[bytes]]]:
    """The app on a port and data folder of the test's choice; killed, not ended, at the end."""
    server = Server(f"http://127.0.0.1:{port}", data_dir, data_dir / "app.log")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = {**os.environ, "DATA_DIR": str(data_dir)}
    with server.log.open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_until_healthy(server, process)
            yield server, process
        finally:
            process.kill()
            process.wait()


def set_lever(page: Page, value: str) -> None:
    """Type a rate and wait until the log of changes has it."""
    settle(page)
    box = page.get_by_label(LEVER)
    box.fill(value)
    box.press("Enter")
    words = re.compile(rf"Thay đổi cuối.*Số hóa hồ sơ.*{value},0%")
    expect(page.get_by_text(words)).to_be_visible()
    wait_ready(page)


def expect_lever(page: Page, value: str) -> None:
    settle(page)  # until then the levers of the run before may stand beside the new ones
    expect(page.get_by_label(LEVER)).to_have_value(value)


def save(page: Page, name: str, author: str, button: str = "Lưu kịch bản") -> None:
    page.get_by_test_id("stPopover").get_by_role("button", name="Lưu").click()
    page.get_by_label("Tên kịch bản").fill(name)
    page.get_by_label("Tên của bạn").fill(author)
    page.get_by_role("button", name=button).click()
    settle(page)


def close_popover(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def short_link(page: Page) -> str:
    """The first link of the door called share."""
    page.get_by_test_id("stPopover").get_by_role("button", name="Chia sẻ").click()
    code = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode").first
    expect(code).to_contain_text("?v=")
    link = code.inner_text().strip()
    close_popover(page)
    return link


def test_a_killed_server_comes_back_with_the_work(page: Open, tmp_path: Path) -> None:
    """The server dies in the middle of an editing session; the same tab goes on, and a reload too.

    The first is what somebody in a meeting sees: the page reconnects by itself.
    """
    port = free_port()
    with killable_server(tmp_path, port) as (server, process):
        opened = page(SIMULATE, base=server.url)
        set_lever(opened, "60")
        set_lever(opened, "70")
        process.kill()
        process.wait()
    with killable_server(tmp_path, port) as (server, _):
        expect(opened.get_by_test_id("stConnectionStatus")).to_have_count(0, timeout=2 * PATIENCE)
        expect_lever(opened, "70,0")
        opened.reload()
        wait_ready(opened)
        expect_lever(opened, "70,0")
        opened.get_by_role("button", name="Hoàn tác").click()
        expect_lever(opened, "60,0")
        opened.get_by_role("link", name="Kịch bản").click()
        opened.get_by_text("Lần làm việc này", exact=True).click()
        expect(opened.get_by_text("Hoàn tác: Số hóa hồ sơ")).to_be_visible()


def test_two_people_save_the_same_scenario(page: Open) -> None:
    lan = page(SIMULATE)
    set_lever(lan, "60")
    save(lan, "Kế hoạch chung", "Lan")
    expect(lan.get_by_text("Đã lưu: “Kế hoạch chung”, bản 1.")).to_be_visible()
    close_popover(lan)
    path = short_link(lan).split("/", 3)[3]

    minh = page("/" + path)
    set_lever(minh, "80")
    set_lever(lan, "70")
    save(lan, "Kế hoạch chung", "Lan", "Lưu bản mới, sau bản 1")
    save(minh, "Kế hoạch chung", "Minh", "Lưu bản mới, sau bản 1")
    expect(
        minh.get_by_text(re.compile("bản 2, Lan lưu lúc .*“Kế hoạch chung \\(2\\)”"))
    ).to_be_visible()
    close_popover(minh)

    expect_lever(page("/" + path), "70,0")
    minh.get_by_role("link", name="Kịch bản").click()
    minh.get_by_text("Lần làm việc này", exact=True).wait_for()
    shown = minh.get_by_test_id("stMain")
    for name in ("Kế hoạch chung", "Kế hoạch chung (2)"):
        expect(shown.get_by_text(name, exact=True)).to_be_visible()
    assert lan.console_errors == minh.console_errors == []  # type: ignore[attr-defined]


def test_save_close_the_browser_and_come_back_by_the_short_link(page: Open) -> None:
    first = page(SIMULATE)
    set_lever(first, "65")
    save(first, "Quay lại", "Lan")
    expect(first.get_by_text("Đã lưu: “Quay lại”, bản 1.")).to_be_visible()
    close_popover(first)
    link = short_link(first)
    first.context.close()
    again = page("/" + link.split("/", 3)[3])
    expect_lever(again, "65,0")
    expect(again.get_by_text("“Quay lại”, bản 1")).to_be_visible()
    assert again.console_errors == []  # type: ignore[attr-defined]


def test_back_goes_from_page_to_page_and_loses_nothing(page: Open) -> None:
    opened = page("/method?d=phu_tho_2026")
    opened.get_by_role("link", name="Mô phỏng").click()
    expect(opened.get_by_label(LEVER)).to_be_visible()
    for value in ("60", "65", "70"):
        set_lever(opened, value)
    opened.get_by_role("link", name="Chỉ tiêu").click()
    expect(opened.get_by_role("heading", name="Chỉ tiêu", exact=True)).to_be_visible()
    opened.go_back()
    expect_lever(opened, "70,0")
    settle(opened)
    # the first change has put the key into the address: one more entry, not one for each change
    for _ in range(2):
        opened.go_back()
        settle(opened)
    expect(opened.get_by_role("heading", name="Phương pháp", exact=True)).to_be_visible()
    opened.go_forward()
    expect_lever(opened, "70,0")


def test_two_tabs_with_the_same_address_do_not_overwrite_each_other(page: Open) -> None:
    first = page(SIMULATE)
    set_lever(first, "60")
    second = first.context.new_page()
    second.goto(first.url)
    set_lever(second, "70")
    set_lever(first, "80")
    expect(first.get_by_text("Tab khác đang dùng địa chỉ này")).to_be_visible()
    for tab, value in ((first, "80,0"), (second, "70,0")):
        tab.reload()
        wait_ready(tab)
        expect_lever(tab, value)


def test_an_address_sent_to_a_colleague_opens_a_copy_and_both_are_told(page: Open) -> None:
    """Another browser has no cookie of the first; a reload and a second tab have it."""
    lan = page(SIMULATE)
    set_lever(lan, "60")
    sent = lan.url
    minh = page("/" + sent.split("/", 3)[3])
    expect(minh.get_by_text("Địa chỉ này thuộc về phần việc đang mở ở trình duyệt")).to_be_visible()
    set_lever(minh, "80")
    assert "w=" in minh.url and minh.url != sent
    set_lever(lan, "70")
    expect(lan.get_by_text("đã được mở ở một trình duyệt khác")).to_be_visible()
    assert lan.url == sent
    for tab, value in ((lan, "70,0"), (minh, "80,0")):
        tab.reload()
        wait_ready(tab)
        expect_lever(tab, value)
    second = lan.context.new_page()
    second.goto(sent)
    set_lever(second, "75")
    assert second.url == sent
    assert lan.console_errors == minh.console_errors == []  # type: ignore[attr-defined]


def test_files_out_and_in_and_one_that_is_too_large(page: Open, tmp_path: Path) -> None:
    opened = page(SIMULATE)
    set_lever(opened, "60")
    opened.get_by_role("link", name="Kịch bản").click()
    opened.get_by_text("Tệp", exact=True).click()
    main = opened.get_by_test_id("stMain")
    with opened.expect_download() as download:
        main.get_by_role("button", name="Tải về dạng tệp").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert json.loads(path.read_text(encoding="utf-8"))["changes"][0]["value"] == 0.6

    chooser = main.locator("input[type=file]")
    large = {"name": "a.json", "mimeType": "application/json", "buffer": b"[" * 10_000_000}
    chooser.set_input_files(large)
    expect(main.get_by_text("một kịch bản không quá 1000 kB, tệp này có 10000 kB")).to_be_visible()
    script = b'{"version": 1, "dataset": "<img src=x onerror=alert(1)>"}'
    chooser.set_input_files({"name": "b.json", "mimeType": "application/json", "buffer": script})
    expect(main.get_by_text("“<img src=x onerror=alert(1)>” – cần")).to_be_visible()
    chooser.set_input_files(path)
    main.get_by_role("button", name="Mở kịch bản này").click()
    settle(opened)
    expect(opened.get_by_test_id("stException")).to_have_count(0)
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("part", "name"),
    [("saved", "Đã lưu"), ("log", "Lần làm việc này"), ("file", "Tệp"), ("deleted", "Đã xóa")],
)
def test_the_page_of_scenarios_never_scrolls_sideways(page: Open, part: str, name: str) -> None:
    opened = page(f"/saved?part={part}", width=390, height=844)
    main = opened.get_by_test_id("stMain")
    chosen = main.locator('[data-testid="stButtonGroup"] [aria-checked="true"]')
    expect(chosen).to_have_text(name)
    assert fits(opened)
    resize(opened, 1280, 720)
    assert fits(opened)
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_what_is_typed_to_save_outlives_the_closing_and_a_click_elsewhere_counts(
    page: Open,
) -> None:
    """Whatever closes the popover: a key, a link to another page, a lever, a button."""
    opened = page(SIMULATE)
    set_lever(opened, "60")
    door = opened.get_by_test_id("stPopover").get_by_role("button", name="Lưu")
    body = opened.get_by_test_id("stPopoverBody")
    name = opened.get_by_label("Tên kịch bản")
    door.click()
    name.fill("Quý IV")
    close_popover(opened)
    door.click()
    expect(name).to_have_value("Quý IV")
    opened.get_by_role("link", name="Tổng quan").click()
    expect(opened.get_by_role("heading", name="Tổng quan", exact=True)).to_be_visible()
    expect(body).to_have_count(0)
    door.click()
    expect(name).to_have_value("Quý IV")
    opened.get_by_role("link", name="Mô phỏng").click()
    expect_lever(opened, "60,0")
    expect(body).to_have_count(0)
    set_lever(opened, "70")
    opened.get_by_role("button", name="Kịch bản mẫu").click()
    expect(body.get_by_role("button")).to_have_count(4)
    opened.get_by_role("button", name="Hoàn tác").click()
    expect(body).to_have_count(0)
    expect_lever(opened, "60,0")
    opened.get_by_role("button", name="Kịch bản mẫu").dblclick()
    expect(body).to_have_count(0)
    door.focus()
    opened.keyboard.press("Enter")
    expect(name).to_have_value("Quý IV")
    name.press("Enter")
    opened.get_by_role("button", name="Lưu kịch bản").click()
    expect(opened.get_by_text("Tên của bạn đang để trống")).to_be_visible()
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_addresses_in_names_lead_nowhere(page: Open) -> None:
    """A list that others see is no place for links to the outside."""
    name = "Xem https://evil.example, www.evil.example, http://evil.example"
    opened = page(SIMULATE)
    set_lever(opened, "91")
    save(opened, name, "a@b.vn [An](https://evil.example)")
    close_popover(opened)
    opened.goto(opened.url.replace("/simulate", "/saved"))
    wait_ready(opened)
    row = opened.get_by_text(re.compile("^Xem"))
    expect(row.first).to_be_visible()
    shown = row.first.inner_text().replace("\N{WORD JOINER}", "")
    assert shown.startswith(name)
    out = "a[href*=evil]:not([href^='#']), a[href*='b.vn']:not([href^='#']), a[href^=mailto]"
    expect(opened.locator(out)).to_have_count(0)  # a heading's link to itself stays on the page
    assert opened.console_errors == []  # type: ignore[attr-defined]
