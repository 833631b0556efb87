"""Two processes behind the proxies of deploy/: a visitor stays with one, and outlives it."""

import asyncio
import http.client
import json
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from conftest import run_apart
from core.dossiers.queries import SIDES
from core.store.database import open_store
from core.store.working import working
from dossier_lists import write_lists
from replicas import PROXIES, Cluster, Person, cluster, crash, fetch, missing, replica_of
from test_store import postgres  # noqa: F401


def steps(url: str, key: str) -> int:
    """How many changes the store has of the work under a key."""
    db = open_store(url)
    found = working(db, key)
    db.engine.dispose()
    assert found is not None
    return len(json.loads(found.log))


@pytest.mark.parametrize("proxy", PROXIES)
def test_work_outlives_a_crash_and_a_rolling_restart(
    proxy: str,
    tmp_path: Path,
    postgres: str,  # noqa: F811
) -> None:
    """Two starts of the whole app and one of the proxy: half a minute on two cores."""
    if absent := missing([proxy, "openssl"]):
        pytest.skip(f"not installed: {', '.join(absent)} (Debian: apt install {proxy})")
    settings = {"STORE_URL": postgres, "COOKIE_SECRET": "x" * 40}
    with cluster(proxy, tmp_path, **settings) as made:
        run_apart(go_on(made, postgres))
        check_doors(made)


async def go_on(made: Cluster, url: str) -> None:
    person = Person(made, 1)
    await person.open()
    first = person.cookies["replica"]
    await person.move(60.0)
    await person.move(70.0)
    key = person.key
    assert person.cookies["replica"] == first
    before = working_payload(url, key)
    crash(replica_of(person))
    await person.move(80.0)  # the line is gone: opened again, with the other process
    assert person.cookies["replica"] != first
    assert person.key == key  # the same work goes on under the same address
    after = working_payload(url, key)
    assert len(after) > len(before)
    # a rolling restart: the one that ended comes back, then the other is ended as operators do
    made.replicas[first].start()
    await asyncio.to_thread(made.replicas[first].wait)
    replica_of(person).end(signal.SIGTERM)
    await person.move(90.0)
    assert person.cookies["replica"] == first
    assert person.key == key
    assert len(working_payload(url, key)) > len(after)
    await person.leave()


def working_payload(url: str, key: str) -> str:
    """What the store has of the work under a key: every change makes it longer."""
    db = open_store(url)
    found = working(db, key)
    db.engine.dispose()
    assert found is not None
    return found.log


def check_doors(made: Cluster) -> None:
    """What does not come through the proxy, and what it says to browsers."""
    for path in ("/metrics", f"/{made.base}/metrics"):
        assert fetch(made, path)[0] == 404
    status, headers = fetch(made, f"/{made.base}/")
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    [sticky] = [one for one in headers.get_all("Set-Cookie") or () if one.startswith("replica=")]
    for word in ("HttpOnly", "Secure", "SameSite=Lax"):
        assert word.lower() in sticky.lower()
    line = http.client.HTTPConnection("127.0.0.1", made.plain_port, timeout=30)
    line.request("GET", f"/{made.base}/", headers={"Host": f"127.0.0.1:{made.port}"})
    answer = line.getresponse()
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://127.0.0.1:{made.port}/{made.base}/"
    line.close()


@pytest.mark.browser
def test_lists_outlive_the_process_that_had_them(
    browser: Browser,
    tmp_path: Path,
    postgres: str,  # noqa: F811
) -> None:
    """Who presses the next button does not see that another process matches, and gives the file."""
    if absent := missing(["haproxy", "openssl"]):
        pytest.skip(f"not installed: {', '.join(absent)} (Debian: apt install haproxy)")
    settings = {"STORE_URL": postgres, "COOKIE_SECRET": "x" * 40, "TMPDIR": str(tmp_path)}
    lists = write_lists(tmp_path, 40, 1, seed=7)[:2]
    with cluster("haproxy", tmp_path, **settings) as made:
        visitor = browser.new_context(
            ignore_https_errors=True, accept_downloads=True, locale="vi-VN"
        )
        page = visitor.new_page()
        page.goto(f"https://127.0.0.1:{made.port}/{made.base}/sync?d=phu_tho_2026&sync_view=lists")
        for side, path in zip(SIDES, lists, strict=True):
            page.locator(f'[class*="st-key-upload-{side}"] input[type=file]').set_input_files(path)
            page.locator(f'[class*="st-key-dossier_id"][class*="-{side}-"]').wait_for()
        before = replica_in(visitor)
        crash(made.replicas[before])
        page.get_by_role("button", name="Đối soát", exact=True).click()
        expect(page.get_by_role("heading", name="Mọi dòng đều được tính đến")).to_be_visible()
        assert replica_in(visitor) != before
        with page.expect_download() as taken:
            page.get_by_role("button", name="Tải toàn bộ danh sách này").click()
        # as the button names it: one that is gone by then is called by its address, a hash
        assert taken.value.suggested_filename == "missing.xlsx"
        assert Path(taken.value.path()).read_bytes().startswith(b"PK")
        visitor.close()
    assert not list(tmp_path.glob("dossier-lists-*")), "the last process deletes what is left"


def replica_in(visitor: BrowserContext) -> str:
    """Which process a browser is with."""
    [held] = [one["value"] for one in visitor.cookies() if one["name"] == "replica"]
    return held
