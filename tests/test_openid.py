"""Signing in with OpenID Connect, at a provider that runs beside the test."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import oidc_provider_mock
import pytest
from playwright.sync_api import Browser, expect

import conftest
from conftest import ROOT, Server, new_visitor, running_app
from core.store.database import Store, open_store
from core.store.office.accounts import set_active, set_role
from core.store.office.deeds import OPERATOR
from small_app import write_small_app

FREE_PORT = conftest.free_port  # two servers may run at a time, each with a port named before
FILE = "/media/" + "0" * 56 + ".csv"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Store]]:
    root = write_small_app(tmp_path_factory.mktemp("app"))
    with served(root, tmp_path_factory.mktemp("openid")) as made:
        yield made


@contextmanager
def served(root: Path, data: Path) -> Iterator[tuple[Server, Store]]:
    """An app that a provider beside it lets people into, and its store in its operator's hands."""
    port = FREE_PORT()
    with (
        oidc_provider_mock.run_server_in_thread() as provider,
        pytest.MonkeyPatch.context() as here,
    ):
        here.setattr(conftest, "free_port", lambda: port)
        at = f"http://localhost:{provider.server_port}"
        settings = {
            "SIGN_IN": "oidc",
            "OIDC_METADATA_URL": f"{at}/.well-known/openid-configuration",
            "OIDC_CLIENT_ID": "planner",
            "OIDC_CLIENT_SECRET": "a secret of the test",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "COOKIE_SECRET": "c" * 40,
        }
        with running_app(root, data, **settings) as server:
            db = open_store(f"sqlite:///{data / 'scenarios.db'}").held_by(OPERATOR)
            yield server, replace(db, guarded=True)


def signed_in(server: Server, sub: str) -> httpx.Client:
    """A browser that went to the provider and came back."""
    browser = httpx.Client(base_url=server.url, follow_redirects=True, timeout=30)
    page = browser.get("/sign-in").text
    link = re.search(r'href="(/auth/login[^"]*)"', page)
    assert link
    asked = browser.get(link[1].replace("&amp;", "&"))
    assert "localhost" in str(asked.url), "the provider asks who one is"
    back = browser.post(str(asked.url), data={"sub": sub})
    assert back.status_code == 200 and str(back.url).startswith(server.url)
    return browser


def subjects(server: Server) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(server.data_dir / "scenarios.db")) as line:
        return line.execute("SELECT subject, name FROM account ORDER BY subject").fetchall()


def test_somebody_whom_the_provider_knows_is_let_in_and_has_a_stable_subject(
    office: tuple[Server, Store],
) -> None:
    server, _ = office
    assert httpx.get(server.url + FILE).status_code == 401
    browser = signed_in(server, "lan")
    assert browser.get(FILE).status_code == 404, "let in; there is no such file"
    ((subject, _),) = [one for one in subjects(server) if one[0].endswith("|lan")]
    assert subject.startswith("oidc:http://localhost:")
    signed_in(server, "lan")
    assert len([one for one in subjects(server) if one[0].endswith("|lan")]) == 1


def test_a_cookie_that_was_changed_counts_for_nothing(office: tuple[Server, Store]) -> None:
    server, _ = office
    browser = signed_in(server, "minh")
    cookie = browser.cookies["_streamlit_user"]
    for forged in (cookie[:-3] + "abc", cookie[::-1], "x", cookie.replace("minh", "admin") + "x"):
        answer = httpx.get(server.url + FILE, headers={"Cookie": f"_streamlit_user={forged}"})
        assert answer.status_code == 401


def test_a_disabled_account_is_out_at_once_and_its_cookie_stays_worthless(
    office: tuple[Server, Store],
) -> None:
    server, db = office
    browser = signed_in(server, "vy")
    subject = next(one for one, _ in subjects(server) if one.endswith("|vy"))
    set_active(db, subject, False)
    assert browser.get(FILE).status_code == 401
    again = signed_in(server, "vy")
    assert again.get(FILE).status_code == 401, "nor by signing in again"
    set_active(db, subject, True)
    assert browser.get(FILE).status_code == 401, "the old cookie was ended"
    assert signed_in(server, "vy").get(FILE).status_code == 404


@pytest.mark.browser
def test_somebody_signs_in_with_the_button_of_the_page_and_out_again(
    browser: Browser, tmp_path: Path
) -> None:
    with served(ROOT, tmp_path) as (server, db):
        page = new_visitor(browser, locale="vi-VN").new_page()
        page.goto(server.url)
        page.get_by_role("button", name="Đăng nhập").click()
        page.locator("input[name=sub]").fill("lan")
        page.locator("input[name=sub]").press("Enter")
        told = page.get_by_text("chưa được phân vai trò")
        expect(told).to_contain_text("|lan")  # whoever gives the role needs to know whom
        assert page.url.startswith(server.url)
        ((subject, _),) = [one for one in subjects(server) if one[0].endswith("|lan")]
        set_role(db, subject, "viewer")
        page.reload()
        expect(page.get_by_role("link", name="Mô phỏng")).to_be_visible()
        page.get_by_role("button", name="Đăng xuất").click()
        page.get_by_role("button", name="End session").click()  # the provider's own page
        expect(page.get_by_role("button", name="Đăng nhập")).to_be_visible()
        expect(page.get_by_role("link", name="Mô phỏng")).to_have_count(0)
        page.context.close()
