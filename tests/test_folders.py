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
