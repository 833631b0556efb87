"""Lists of dossiers are personal data: where they lie, and that they are deleted."""

import errno
import gc
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from core.dossiers import folders, matching, sheet
from core.dossiers.lists import Mapping
from core.dossiers.matching import Matched, match
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError
from pages.parts.sync import desk, lists

LIVE = """
import sys, time
from pathlib import Path
from core.dossiers import folders
held = folders.make_folder(Path(sys.argv[1]))
(folders.make_room(held.path, "visit") / "list").write_text("personal")
print(held.path, flush=True)
time.sleep(600)
"""
CSV = "Mã hồ sơ,Đơn vị\n1,Sở Y tế\n".encode()


def start_server(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another process with a folder and a list in it."""
    command = [sys.executable, "-c", LIVE, str(parent)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_the_next_start_deletes_what_a_killed_server_left_and_nothing_else(tmp_path: Path) -> None:
    (living, kept), (killed, left) = start_server(tmp_path), start_server(tmp_path)
    try:
        killed.kill()
        killed.wait()
        assert list(left.rglob("list"))
        own = folders.make_folder(tmp_path)
        folders.sweep(tmp_path)
        assert not left.exists()
        assert list(kept.rglob("list")) and own.path.is_dir()
        names = {path.name for path in tmp_path.iterdir()}
        assert names == {f"{path.name}{end}" for path in (kept, own.path) for end in ("", ".lock")}
    finally:
        living.kill()
        living.wait()
    folders.sweep(tmp_path)
    assert not kept.exists() and own.path.is_dir()
    folders.give_back(own)
    assert list(tmp_path.iterdir()) == []


def test_what_only_looks_like_a_leftover_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    (temporary / f"{folders.PREFIX}link").symlink_to(tmp_path / "mine")
    (temporary / f"{folders.PREFIX}old").mkdir()
    (temporary / f"{folders.PREFIX}old{folders.LOCK}").symlink_to(tmp_path / "mine" / "letter")
    folders.sweep(temporary)
    assert (tmp_path / "mine" / "letter").read_text() == "dear"


@pytest.mark.skipif(sys.platform == "win32", reason="has no modes of this kind")
def test_nobody_else_can_read_a_folder(tmp_path: Path) -> None:
    held = folders.make_folder(tmp_path)
    room = folders.make_room(held.path, "visit")
    assert {path.stat().st_mode & 0o077 for path in (held.path, room)} == {0}


def test_a_visit_that_lost_its_line_for_a_moment_keeps_its_lists(tmp_path: Path) -> None:
    here, gone = folders.make_room(tmp_path, "a.b"), folders.make_room(tmp_path, "gone")
    active = {"a.b"}
    seen = folders.drop_ended(tmp_path, active.__contains__, {}, 0.0, 60.0)
    seen = folders.drop_ended(tmp_path, active.__contains__, seen, 59.0, 60.0)
    assert gone.is_dir()
    active.add("gone")  # back again: the minute begins anew
    seen = folders.drop_ended(tmp_path, active.__contains__, seen, 61.0, 60.0)
    active.remove("gone")
    seen = folders.drop_ended(tmp_path, active.__contains__, seen, 100.0, 60.0)
    seen = folders.drop_ended(tmp_path, active.__contains__, seen, 159.0, 60.0)
    assert gone.is_dir()
    folders.drop_ended(tmp_path, active.__contains__, seen, 160.0, 60.0)
    assert not gone.exists() and here.is_dir()


def open_lists_page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=120)
    app.query_params["d"] = "phu_tho_2026"
    app.switch_page("sync.py").run()
    app.segmented_control(key="sync_view").set_value("lists").run()
    assert not app.exception
    return app


def upload(app: AppTest, side: str, taken: int = 0) -> None:
    app.file_uploader(key=f"upload-{side}-{taken}").set_value((f"{side}.csv", CSV, "text/csv"))
    app.run()
    assert not app.exception


def warnings(app: AppTest) -> str:
    blocks = [*app.warning, *app.error]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def test_a_cleaned_folder_is_said_and_the_page_goes_on() -> None:
    app = open_lists_page()
    upload(app, "provincial")
    shutil.rmtree(app.session_state.desk.path.parent)  # as a cleaner of /tmp does
    app.run()
    assert not app.exception
    assert "Danh sách không còn trên máy chủ" in warnings(app)
    upload(app, "provincial", taken=2)
    upload(app, "national", taken=0)
    app.button(key="match").click().run()
    assert not app.exception
    assert "Danh sách không còn trên máy chủ" not in warnings(app)
    assert app.session_state.desk.matched is not None


def fail(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_one_sentence_for_an_upload_and_for_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_lists_page()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fail)
        upload(app, "provincial")
    assert "provincial.csv: cần đĩa của máy chủ còn chỗ cho danh sách" in warnings(app)
    upload(app, "provincial", taken=1)
    assert not warnings(app)
    shutil.rmtree(app.session_state.desk.path)
    with monkeypatch.context() as patch:
        patch.setattr(folders, "make_room", fail)
        app.run()
        assert not app.exception
        assert "cần đĩa của máy chủ còn chỗ cho danh sách" in warnings(app)


def matched(folder: Path) -> Matched:
    (folder / "p.csv").write_bytes(CSV)
    listed = open_lists([Upload(folder / "p.csv", "p.csv")], folder)[0]
    side = (listed, Mapping(dossier_id="Mã hồ sơ", unit="Đơn vị"))
    return match(side, side, pd.DataFrame({"name_vi": ["Sở Y tế"]}, index=["a"]), folder)


def test_a_full_disk_is_one_sentence_for_a_matching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr(matching, "pair_up", full)
    with pytest.raises(DataError, match="room for the lists"):
        matched(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]
    monkeypatch.setattr(matching, "tempfile", SimpleNamespace(mkdtemp=fail))
    with pytest.raises(DataError, match="room for the lists"):
        matched(tmp_path)


@pytest.mark.parametrize("damage", ["gone", "cut", "other"])
def test_a_result_that_can_no_longer_be_read_is_one_sentence(tmp_path: Path, damage: str) -> None:
    found = matched(tmp_path)
    file = found.folder / "rows.duckdb"
    assert len(found.table("missing")) == 0
    if damage == "gone":
        shutil.rmtree(found.folder)
    else:
        file.write_bytes(file.read_bytes()[:5000] if damage == "cut" else b"no database" * 999)
    with pytest.raises(DataError, match="match the lists again"):
        found.table("missing")
    with pytest.raises(DataError, match="match the lists again"):
        found.write_csv("missing", tmp_path / "out.csv")


def test_a_full_disk_is_one_sentence_for_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "t.arrow"
    target.write_bytes(b"what was written before the disk was full")
    monkeypatch.setattr(sheet, "limit", lambda: None)
    monkeypatch.setattr(sheet, "workbook_fault", lambda _: None)
    monkeypatch.setattr(sheet, "convert", fail)
    try:
        sheet.convert_and_tell("source", str(target))
    finally:
        gc.enable()
    assert json.loads((tmp_path / "t.json").read_text()) == {"expected": sheet.NO_ROOM}
    assert not target.exists()


# --- a page that goes on with another process ---------------------------------------------------

VISIT = "0b7f5a3e-9f5e-4f0a-8a53-1b2c3d4e5f60"


def left_by_a_killed_server(parent: Path) -> Path:
    """The list of a visit whose server was killed."""
    process, left = start_server(parent)
    room = folders.make_room(left, VISIT)
    (room / "list").write_text("personal")
    process.kill()
    process.wait()
    return left


def test_a_visit_finds_its_lists_again_where_its_server_has_ended(tmp_path: Path) -> None:
    left = left_by_a_killed_server(tmp_path)
    own = folders.make_folder(tmp_path)
    for strange in ("visit", "*", "..", "", VISIT.replace("0", "1")):
        assert folders.take_over(own.path, strange, "new") is None
    taken = folders.take_over(own.path, VISIT, "new")
    assert taken is not None and taken.parent == own.path and taken.name.startswith("new.")
    assert (taken / "list").read_text() == "personal"
    assert folders.take_over(own.path, VISIT, "new") is None  # there is one of it
    assert list(left.rglob("list")), "another visit's"
    folders.give_back(own)
    assert list(tmp_path.iterdir()) == []


def test_the_lists_of_a_living_server_are_nobody_elses(tmp_path: Path) -> None:
    living = folders.make_folder(tmp_path)
    room = folders.make_room(living.path, VISIT)
    code = (
        "import sys; from pathlib import Path; from core.dossiers import folders;"
        "own = folders.make_folder(Path(sys.argv[1]));"
        "print(folders.take_over(own.path, sys.argv[2], 'new'))"
    )
    command = [sys.executable, "-c", code, str(tmp_path), VISIT]
    assert subprocess.check_output(command, cwd=ROOT, text=True).strip() == "None"
    assert room.is_dir()
    folders.give_back(living)


def test_what_an_ended_server_left_stays_for_a_minute_and_no_longer(tmp_path: Path) -> None:
    left = left_by_a_killed_server(tmp_path)
    folders.sweep(tmp_path, 60.0)
    assert list(left.rglob("list"))
    lock = left.with_name(left.name + folders.LOCK)
    minute_ago = lock.stat().st_mtime - 61
    os.utime(lock, (minute_ago, minute_ago))
    folders.sweep(tmp_path, 60.0)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_ends_leaves_lists_to_those_beside_it_and_the_last_leaves_none(
    tmp_path: Path,
) -> None:
    beside, kept = start_server(tmp_path)
    try:
        ending = folders.make_folder(tmp_path)
        (folders.make_room(ending.path, VISIT) / "list").write_text("personal")
        folders.give_back(ending)
        assert list(ending.path.rglob("list"))
    finally:
        beside.kill()
        beside.wait()
    last = folders.make_folder(tmp_path)
    folders.give_back(last)
    assert not kept.exists() and list(tmp_path.iterdir()) == []


def moved_page(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A page that another process had before."""
    monkeypatch.setattr(desk, "earlier_visit", lambda: VISIT)
    monkeypatch.setattr(lists, "earlier_visit", lambda: VISIT)
    return open_lists_page()


def test_lists_are_back_after_a_crash_as_they_were_given_and_only_for_their_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_lists_page()
    upload(app, "provincial")
    upload(app, "national")
    left = app.session_state.desk.path
    parent = left.parent.parent

    def crash() -> None:
        """The folder as a server leaves it that ended: with a list, and nobody holds its lock."""
        ended = parent / f"{folders.PREFIX}{os.urandom(4).hex()}"
        ended.mkdir(mode=0o700)
        shutil.copytree(left, ended / f"{VISIT}.x")
        shutil.copytree(left, ended / f"{VISIT}.x" / "matched-old")

    crash()
    app = moved_page(monkeypatch)
    assert "các danh sách đã được lấy lại ở đây" in "\n".join(one.value for one in app.info)
    found = app.session_state.desk
    assert sorted(found.lists) == ["national", "provincial"]
    assert not list(found.path.glob("matched-*"))
    app.button(key="match").click().run()
    assert not app.exception and app.session_state.desk.matched is not None
    crash()
    monkeypatch.setattr(desk.rights, "subject", lambda: "account:other")
    app = moved_page(monkeypatch)
    assert "cần được chọn lại" in "\n".join(one.value for one in app.info)
    assert not app.session_state.desk.files
    assert not list(parent.glob(f"*/{VISIT}.x"))
