"""Scenarios that last: kept by themselves, saved, shared, opened again; and what is refused."""

import datetime as dt
import io
import json
import sqlite3
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image
from streamlit.testing.v1 import AppTest

import panel
from conftest import ROOT
from core.export.minutes_docx import Minutes, document
from core.export.official import OfficialTable
from core.problems import DataError
from core.scenario.files import dump, to_link
from core.scenario.history import Entry, History, Origin, latest, pack, unpack
from core.scenario.model import Assumptions, Change, RuleEdit, Scenario
from core.store import versions as store
from core.store.checks import StoreError
from core.store.database import Store, store_url
from core.text import clean_text
from pages.parts.shared import files
from pages.parts.state import links, results
from pages.parts.state.cases import seen
from pages.parts.state.kept import autosave, keeping
from worlds import open_door

FRAME = str(ROOT / "pages" / "frame.py")
DATASET = "phu_tho_2026"
LEVER = "digitized"

KEPT_LATER = "nằm trong tab này và tự được lưu giữ"


def open_app(page: str = "simulate.py", **address: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=120).switch_page(page)
    for name, value in ({"d": DATASET} | address).items():
        app.query_params[name] = value
    return app.run()


def lever(app: AppTest, value: str) -> AppTest:
    return panel.pull(app, LEVER, value)


def told(app: AppTest) -> str:
    """Everything that the page says outside of its usual texts."""
    found = [*app.warning, *app.error, *app.info, *app.success, *app.toast]
    return "\n".join(element.value for element in found).replace("\\", "")


def said(app: AppTest) -> str:
    return "\n".join(block.value for block in app.markdown).replace("\\", "")


def key_of(app: AppTest) -> str:
    """The key in the address; AppTest gives each parameter as a list."""
    value = app.query_params.get("w", "")
    return value if isinstance(value, str) else value[0]


def change(**rest: Any) -> Change:
    return Change(**{"unit": "*", "component": "digitized", "mode": "floor", "value": 0.6} | rest)


def plan(*changes: Change, **rest: Any) -> Scenario:
    return Scenario(dataset=DATASET, changes=changes, **rest)


def save(app: AppTest, name: str, author: str = "Lan", note: str = "") -> AppTest:
    """Fill the form in the sidebar and press its first button."""
    open_door(app, "save")
    for field, value in (("name", name), ("author", author), ("note", note)):
        boxes = [*app.text_input, *app.text_area]
        next(box for box in boxes if str(box.key).startswith(f"save-{field}-")).set_value(value)
    return next(b for b in app.button if b.label.startswith("Lưu ")).click().run()


def keep(made: Scenario, name: str = "Kế hoạch", payload: str = "", **rest: str) -> store.Version:
    """A scenario in the store, saved by somebody else."""
    data = {"dataset_id": made.dataset, "dataset_version": "1"}
    return store.create(
        autosave.store(), payload or dump(made), name=name, **({"author": "Minh"} | data | rest)
    )


# --- the working scenario ------------------------------------------------------------------------


def test_the_work_and_its_log_come_back_by_the_address() -> None:
    first = open_app()
    assert key_of(first) == ""  # nothing to keep, nothing in the address
    lever(lever(first, "60"), "70")
    first.selectbox(key="dataset_choice").set_value("binh_phuoc_2025").run()
    again = open_app(w=key_of(first), d="binh_phuoc_2025")
    again.selectbox(key="dataset_choice").set_value(DATASET).run()
    assert panel.box(again, LEVER) == "70,0"
    again.button(key="undo").click().run()
    assert panel.box(again, LEVER) == "60,0"
    again.segmented_control(key="horizon")  # still the page of levers
    log = again.switch_page("saved.py").run().segmented_control(key="part").set_value("log").run()
    assert said(log).count("Số hóa hồ sơ, kết quả giải quyết") == 3  # 60, 70, back to 60
    assert "Hoàn tác: Số hóa" in said(log)
    log.button(key="log-0").click().run()
    assert panel.box(log.switch_page("simulate.py").run(), LEVER) == "24,3"
    assert not log.exception


def test_a_second_tab_takes_the_key_and_the_first_goes_on_under_its_own() -> None:
    first = lever(open_app(), "60")
    key = key_of(first)
    second = lever(open_app(w=key), "70")
    assert key_of(second) == key
    lever(first, "80")
    assert key_of(first) not in ("", key)
    assert "Tab khác đang dùng địa chỉ này" in told(first)
    assert panel.box(open_app(w=key), LEVER) == "70,0"
    assert panel.box(open_app(w=key_of(first)), LEVER) == "80,0"


def opened_in(browser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs next, runs for this browser; AppTest has no cookies."""
    monkeypatch.setattr(keeping, "this_browser", lambda: browser)


def test_an_address_sent_to_another_browser_opens_a_copy_and_both_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened_in("lan", monkeypatch)
    lan = lever(open_app(), "60")
    key = key_of(lan)
    opened_in("minh", monkeypatch)
    minh = open_app(w=key)
    assert "Địa chỉ này thuộc về phần việc đang mở ở trình duyệt khác" in told(minh)
    assert panel.box(minh, LEVER) == "60,0"
    assert key_of(minh) not in ("", key)
    assert key_of(open_app(w=key_of(minh))) == key_of(minh)  # his own reload is his own
    lever(minh, "80")
    opened_in("lan", monkeypatch)
    lever(lan, "70")
    assert key_of(lan) == key  # she keeps her address
    assert "đã được mở ở một trình duyệt khác" in told(lan)
    assert "trình duyệt khác" not in told(lever(lan, "75"))  # once
    assert panel.box(open_app(w=key), LEVER) == "75,0"
    opened_in("minh", monkeypatch)
    assert panel.box(open_app(w=key_of(minh)), LEVER) == "80,0"


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of this test's own."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    yield tmp_path / "scenarios.db"
    autosave.store().engine.dispose()


def remove(file: Path) -> None:
    for path in file.parent.glob(file.name + "*"):
        path.unlink()


def test_a_removed_store_is_noticed_and_what_the_tab_holds_is_written_again(
    own_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = save(lever(open_app(), "60"), "Kế hoạch A")
    lever(app, "70")
    key = key_of(app)
    [saved] = store.find(autosave.store()).items
    remove(own_file)
    app.run()  # nothing is changed, only looked at
    assert "Tệp của nơi lưu trữ đã bị xóa hoặc bị thay" in told(app)
    assert "removed or replaced" in caplog.text
    assert panel.box(open_app(w=key), LEVER) == "70,0"
    assert panel.box(open_app(v=f"{saved.scenario_id}.1"), LEVER) == "60,0"
    remove(own_file)
    lever(app, "80")  # the change itself comes first
    assert "đã bị xóa hoặc bị thay" in told(app)
    assert panel.box(open_app(w=key), LEVER) == "80,0"
    assert store.read(autosave.store(), saved.scenario_id)[0].name == "Kế hoạch A"
    remove(own_file)
    save(app, "Kế hoạch A")
    assert [v.number for v in store.history(autosave.store(), saved.scenario_id)] == [2, 1]
    assert not app.exception


def test_changes_that_are_not_kept_are_told_again_and_kept_when_the_store_returns(
    own_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = lever(open_app(), "50")
    with closing(sqlite3.connect(own_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said_so = [KEPT_LATER in told(lever(app, str(n))) for n in range(60, 67)]
        other.execute("ROLLBACK")
    assert said_so == [True, False, False, True, False, False, True]
    assert panel.box(open_app(w=key_of(app)), LEVER) == "50,0"
    app.session_state["state"].tried = 0.0  # the time until it is tried again is over
    app.run()
    assert "Nơi lưu trữ đã hoạt động trở lại" in told(app)
    assert panel.box(open_app(w=key_of(app)), LEVER) == "66,0"


def test_work_that_the_store_could_not_give_at_first_comes_with_it(
    own_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(lever(open_app(), "50"))
    monkeypatch.setenv("STORE_URL", "sqlite:////dev/null/a.db")
    app = open_app(w=key)
    assert KEPT_LATER in told(app)
    lever(app, "80")
    monkeypatch.delenv("STORE_URL")
    app.session_state["state"].tried = 0.0
    app.run()
    assert key_of(app) == key
    assert panel.box(app, LEVER) == "80,0"  # on top of what was there
    app.button(key="undo").click().run()
    assert panel.box(app, LEVER) == "50,0"
    assert not app.exception


def test_a_scenario_as_large_as_a_file_may_be_is_kept_and_saved() -> None:
    """A change for every unit and component: it opened, and could not be saved."""
    case = seen.cases()[DATASET]
    odd = {"value": 1 / 3, "start": "2026-01-31", "ramp_weeks": 104, "ramp_shape": "s_curve"}
    changes = [
        ONE | odd | {"unit": unit, "component": component}
        for unit in case.baseline.units
        for component in case.dataset.rules.components
    ]
    written = json.dumps({"version": 1, "dataset": DATASET, "changes": changes[:5000]}).encode()
    assert 256 * 1024 < len(written) < 1_000_000
    made = files.read(written, "plan.json")
    saved = keep(made, "Lớn")
    assert links.read_saved(saved.scenario_id, seen.cases()).scenario == made
    moment = dt.datetime(2026, 3, 27, tzinfo=dt.UTC)
    past = History([Scenario(dataset=DATASET), made], 1, [Entry(moment, "open", made)])
    work = autosave.Work(DATASET, "", {DATASET: past})
    kept = autosave.keep(autosave.new_key(), "me", "", work)
    assert autosave.bring_back(kept.key, "", lambda _: True).work.histories[DATASET].now == made


def test_a_link_does_not_replace_the_work_but_is_put_on_top_of_it() -> None:
    key = key_of(lever(open_app(), "60"))
    app = open_app(w=key, s=to_link(plan(change(value=0.9))))
    assert panel.box(app, LEVER) == "90,0"
    app.button(key="undo").click().run()
    assert panel.box(app, LEVER) == "60,0"


@pytest.mark.parametrize("url", ["sqlite:////dev/null/a/b.db", "sqlite://", "nonsense", "x://y"])
def test_without_a_store_the_app_works_and_says_so_once(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_URL", url)
    app = AppTest.from_file(FRAME, default_timeout=120)
    app.query_params["d"] = DATASET
    app.run()
    assert told(app).count(KEPT_LATER) == 1
    app.switch_page("simulate.py").run()
    number = panel.box(lever(app, "60"), LEVER)
    assert (number, told(app), key_of(app)) == ("60,0", "", "")
    save(app, "Kế hoạch")
    assert "Chưa lưu được. Không mở được nơi lưu trữ." in told(app)
    app.switch_page("saved.py").run()
    assert "Không mở được nơi lưu trữ" in said(app)
    assert not app.exception


def test_the_store_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/data")
    assert store_url() == "sqlite:////data/scenarios.db"
    monkeypatch.setenv("STORE_URL", "postgresql://db/plans")
    assert store_url() == "postgresql://db/plans"
    monkeypatch.delenv("STORE_URL")
    monkeypatch.delenv("DATA_DIR")
    assert store_url().endswith("/kich-ban-766/scenarios.db")


MOMENTS = some.datetimes(timezones=some.just(dt.UTC))
PLANS = some.builds(
    plan,
    some.builds(change, value=some.floats(0, 1), unit=some.sampled_from(["*", "level:commune"])),
    title=some.sampled_from(["", "Quý II"]),
    assumptions=some.builds(Assumptions, field_gain=some.none() | some.floats(-5, 20)),
)


@some.composite
def histories(draw: some.DrawFn) -> History:
    steps = draw(some.lists(PLANS, min_size=1, max_size=12))
    log = [Entry(draw(MOMENTS), "change", made) for made in steps]
    origin = draw(some.none() | some.builds(Origin, some.just("id"), some.just(2), content=PLANS))
    return History(steps, draw(some.integers(0, len(steps) - 1)), latest(log, 500), origin)


def test_a_hundred_states_and_entries_are_kept_whatever_was_done() -> None:
    past = History([plan()], log=[Entry(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "start", plan())])
    for number in range(150):
        past.push(plan(change(value=number / 150)))
        past.record(dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "change")
    assert len(past.steps) == len(past.log) == 100
    assert past.now == past.log[-1].scenario == plan(change(value=149 / 150))
    assert past.log[0].kind == "start" and past.log[0].scenario == plan(change(value=50 / 150))


def test_what_is_kept_of_a_scenario_for_its_answer_is_not_its_text() -> None:
    """Of thousands of answers each would else hold half a megabyte for a plan of a province."""
    many = [change(unit=f"U{number}") for number in range(2000)]
    made = [plan(*many, change(value=number / 20)) for number in range(20)]
    text = len(dump(made[0], indent=None))
    tracemalloc.start()
    asked = [results.asked(one) for one in made]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < text / 2  # of all twenty
    assert len(set(asked)) == 20 and results.asked(plan(*many, change(value=0.0))) == asked[0]


@given(past=histories())
def test_a_history_comes_back_from_its_text(past: History) -> None:
    assert unpack(pack([past], 1_000_000), lambda made: True) == ([past], 0)


@given(past=histories(), limit=some.integers(100, 5000))
def test_a_long_history_loses_its_oldest_states_and_never_the_present_one(
    past: History, limit: int
) -> None:
    text = pack([past], limit)
    [kept], _ = unpack(text, lambda made: True)
    assert kept.now == past.now
    assert kept.log[-1].scenario == past.log[-1].scenario
    assert [entry.kind for entry in kept.log].count("start") == 1
    assert len(text.encode()) <= limit or (len(kept.steps), len(kept.log)) == (1, 1)


@given(past=histories())
def test_states_that_do_not_fit_are_counted_and_left_out(past: History) -> None:
    def fits(made: Scenario) -> bool:
        return made.changes[0].unit == "*"

    found, lost = unpack(pack([past], 1_000_000), fits)
    everything = [*past.steps, *(entry.scenario for entry in past.log)]
    assert (lost == 0) == all(
        map(fits, everything + ([past.origin.content] if past.origin else []))
    )
    if found:
        assert found[0].steps == [made for made in past.steps if fits(made)]
        assert found[0].now == past.now or not fits(past.now)


# --- saving, sharing, opening --------------------------------------------------------------------


def test_save_rename_delete_undo_and_who_did_what_when() -> None:
    app = save(lever(open_app(), "60"), "Kế hoạch A", note="bản đầu")
    assert "Đã lưu: “Kế hoạch A”, bản 1." in told(app)
    assert "“Kế hoạch A”, bản 1" in said(app)
    save(lever(app, "70"), "Kế hoạch A")
    [version] = store.find(autosave.store(), search="Kế hoạch A").items
    open_door(app.switch_page("saved.py").run(), f"more-{version.scenario_id}")
    app.text_input(key=f"name-{version.scenario_id}-2").set_value("Kế hoạch B")
    app.button(key=f"rename-{version.scenario_id}").click().run()
    assert "“Kế hoạch B”, bản 3" in said(app)  # his own rename is no conflict
    app.button(key=f"copy-{version.scenario_id}").click().run()
    assert "Đã sao chép thành “Kế hoạch B (2)”." in told(app)
    app.button(key=f"delete-{version.scenario_id}").click().run()
    assert "Đã xóa “Kế hoạch B”." in told(app)
    next(b for b in app.button if b.label == "Hoàn tác xóa").click().run()
    seen = store.history(autosave.store(), version.scenario_id)
    assert [(v.number, v.kind, v.author, v.name) for v in seen] == [
        (5, "restore", "Lan", "Kế hoạch B"),
        (4, "delete", "Lan", "Kế hoạch B"),
        (3, "rename", "Lan", "Kế hoạch B"),
        (2, "save", "Lan", "Kế hoạch A"),
        (1, "save", "Lan", "Kế hoạch A"),
    ]
    app.session_state[f"history-{version.scenario_id}"] = True
    app.run()
    assert "bản 1, Lan lưu lúc" in said(app) and "– bản đầu (Kế hoạch A)" in said(app)
    app.button(key=f"open-{version.scenario_id}-1").click().run()
    assert panel.box(app.switch_page("simulate.py").run(), LEVER) == "60,0"
    assert not app.exception


def test_of_two_who_save_the_second_is_told_and_both_versions_are_kept() -> None:
    saved = keep(plan(change()), "Chung")
    lan, minh = open_app(v=saved.scenario_id), open_app(v=saved.scenario_id)
    save(lever(lan, "70"), "Chung", "Lan")
    save(lever(minh, "80"), "Chung", "Minh")
    assert "bản 2, Lan lưu lúc" in told(minh)
    assert "Bản của bạn được giữ riêng thành “Chung (2)”" in told(minh)
    found = {v.name: v for v in store.find(autosave.store(), search="Chung").items}
    values = {
        name: json.loads(store.read(autosave.store(), v.scenario_id)[1])["changes"][0]["value"]
        for name, v in found.items()
    }
    assert values == {"Chung": 0.7, "Chung (2)": 0.8}
    # from here on he works on his own copy
    assert "Đã lưu: “Chung (2)”, bản 2." in told(save(lever(minh, "90"), "Chung (2)", "Minh"))


def test_a_short_link_opens_the_newest_version_or_the_one_it_names() -> None:
    saved = keep(plan(change(value=0.5)))
    store.save(
        autosave.store(), saved.scenario_id, 1, dump(plan(change(value=0.8))),
        author="Lan", dataset_version="1",
    )  # fmt: skip
    assert panel.box(open_app(v=saved.scenario_id), LEVER) == "80,0"
    assert panel.box(open_app(v=f"{saved.scenario_id}.1"), LEVER) == "50,0"


def test_old_data_are_told_beside_the_result_until_the_viewer_goes_on_with_todays() -> None:
    saved = keep(plan(change(), dataset_version="0123456789ab"))
    app = open_app(v=saved.scenario_id)
    assert "phiên bản số liệu trước (0123456789ab" in told(app)
    lever(app, "70")
    assert "phiên bản số liệu trước" in told(app)
    next(b for b in app.button if b.label == "Dùng số liệu hiện nay").click().run()
    assert "phiên bản số liệu trước" not in told(app)
    assert panel.box(app, LEVER) == "70,0"


def test_the_shared_link_of_an_unsaved_scenario_opens_the_same() -> None:
    app = open_door(lever(open_app(), "60"), "share")
    [address] = [code.value for code in app.code if "s=2." in code.value]
    asked = dict(pair.split("=") for pair in address.removeprefix("?").split("&"))
    assert panel.box(open_app(**asked), LEVER) == "60,0"


def test_a_file_is_read_back_as_it_was_written() -> None:
    made = plan(change(), title="Quý II", author="Lan", dataset_version="c25420584034")
    app = open_app("saved.py")
    app.segmented_control(key="part").set_value("file").run()
    app.file_uploader[0].upload("plan.json", dump(made).encode(), "application/json").run()
    assert "“Quý II” của Lan, 1 thay đổi, cho Phú Thọ" in told(app)
    next(b for b in app.button if b.label == "Mở kịch bản này").click().run()
    assert panel.box(app.switch_page("simulate.py").run(), LEVER) == "60,0"
    assert files.file_name("Kế hoạch quý II / Đồng bộ") == "kich-ban-ke-hoach-quy-ii-dong-bo.json"


# --- replay, log and minutes ---------------------------------------------------------------------


def test_replay_shows_the_strip_before_and_after_the_last_change() -> None:
    app = lever(lever(open_app(), "60"), "90")
    after = panel.scores(app)
    app.button(key="replay").click().run()
    before = panel.scores(app)
    assert before != after
    assert panel.box(app, LEVER) == "90,0"  # the scenario itself does not move
    assert "TRƯỚC thay đổi cuối" in said(app)
    app.button(key="replay").click().run()
    assert panel.scores(app) == after
    app.button(key="replay").click().run()
    lever(app, "60")  # anything done ends the replay
    assert "TRƯỚC thay đổi cuối" not in said(app)
    assert panel.scores(app) == before


@pytest.mark.parametrize(("language", "word"), [("vi", "Biên bản"), ("en", "Minutes")])
def test_the_minutes_are_a_word_file_with_every_change_and_its_figures(
    language: str, word: str
) -> None:
    app = lever(open_app(), "60")
    cards = panel.scores(app)
    lever(app, "90").button(key="undo").click().run()
    read = Document(io.BytesIO(minutes_of(key_of(app), language)))
    assert read.paragraphs[0].text.startswith(word)
    rows = [[cell.text for cell in row.cells] for row in read.tables[-2].rows]
    assert len(rows) == 4  # the head, 60, 90, undone
    state = {"vi": "CỘNG HÒA XÃ HỘI", "en": "SOCIALIST REPUBLIC"}[language]
    assert state in read.tables[0].rows[0].cells[1].text
    text = "\n".join(line.text for line in read.paragraphs)
    assert {"vi": "Thành phần tham dự", "en": "Participants"}[language] in text
    assert {"vi": "Kết luận", "en": "Conclusions"}[language] in text
    assert text.count({"vi": "các tỉnh khác dự kiến", "en": "the other provinces"}[language]) == 1
    widths = [column.width for column in read.tables[-2].columns]
    assert widths[1] == max(widths) > 3 * widths[0], "what was done has the room"
    head, *asked = [[cell.text for cell in row.cells] for row in read.tables[1].rows]
    assert head[1] == {"vi": "Cấp, đơn vị", "en": "Level, unit"}[language]
    assert len(asked) > 50 and asked[-1][-1].endswith("%"), "who is asked for which rate"
    if language == "en":
        cards = [card.replace(",", ".") for card in cards]
    assert rows[1][2].startswith(cards[0] + " → " + cards[1])
    assert rows[3][2].split(" → ")[1].startswith(cards[1])
    (ladder,) = read.inline_shapes
    about = ladder._inline.docPr.get("descr")
    assert cards[-1].replace("≈\xa0", "") in about and "Phú Thọ" in about
    assert {"vi": "hạng", "en": "rank"}[language] in about
    *_, near = about.split(". ")  # two above and two below, none of them published for that day
    assert near.count("≈") == near.count("(") == 4
    picture = next(iter(read.part.package.image_parts)).blob
    blue = sum(
        count
        for count, (red, _, sky) in Image.open(io.BytesIO(picture)).getcolors(1 << 20) or []
        if sky - red > 100
    )
    assert blue > 1000  # the own dot and its line


@pytest.mark.parametrize(("entries", "begun"), [(99, "Bắt đầu"), (100, "Ghi lại từ")])
def test_minutes_that_lost_their_beginning_do_not_tell_when_it_was(
    entries: int, begun: str
) -> None:
    app = lever(open_app(), "60")
    past = app.session_state["state"].histories[DATASET]
    past.log = [past.log[0], *[past.log[-1]] * (entries - 2)]
    read = Document(io.BytesIO(minutes_of(key_of(lever(app, "90")), "vi")))
    facts = [line.text for line in read.paragraphs]
    facts += [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    said = [word for word in ("Bắt đầu", "Ghi lại từ") if any(word in one for one in facts)]
    assert said == [begun]


def minutes_of(key: str, language: str) -> bytes:
    """The minutes of the work under a key; AppTest can show English only in its first run."""
    app = AppTest.from_file(FRAME, default_timeout=120).switch_page("saved.py")
    app.query_params["w"] = key
    app.query_params["language"], app.query_params["part"] = language, "log"
    written: bytes = app.run().session_state["minutes"][1]
    assert zipfile.ZipFile(io.BytesIO(written)).testzip() is None
    return written


@settings(max_examples=30)
@given(words=some.text(some.characters(codec=None), max_size=30))
def test_no_text_breaks_the_minutes(words: str) -> None:
    pair = (words, words)
    table = OfficialTable(pair, (pair,), (1, 1), ("left", "right"))
    asked = (words, pair, words, pair, words, table, words)
    rest = ((pair,), words, pair, words, pair, (pair,), words, pair)
    written = document(Minutes("vi", pair, pair, words, *asked, *rest))
    assert Document(io.BytesIO(written)).tables[-2].rows[1].cells[0].text == clean_text(
        words
    ).strip("\ufffe\uffff")


# --- what is refused, each with its sentence -----------------------------------------------------

ONE = {"unit": "*", "component": "digitized", "mode": "floor", "value": 0.6}
BASE: dict[str, Any] = {"version": 1, "dataset": DATASET, "changes": [ONE]}


def with_change(**rest: Any) -> str:
    return json.dumps(BASE | {"changes": [ONE | rest]})


def with_top(**rest: Any) -> str:
    return json.dumps(BASE | rest)


BAD_FILES = {
    "nothing": (b"", "một kịch bản ở dạng JSON"),
    "not JSON": (b"<script>alert(1)</script>", "một kịch bản ở dạng JSON"),
    "a formula": (b"=cmd|' /C calc'!A0", "một kịch bản ở dạng JSON"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "văn bản mã UTF-8"),
    "UTF-16": ('{"version": 1}'.encode("utf-16"), "văn bản mã UTF-8"),
    "10 MB": (b'{"title": "' + b"x" * 10_000_000 + b'"}', "không quá 1000 kB"),
    "10 MB of spaces": (b" " * 10_000_000, "không quá 1000 kB"),
    "deep lists": (b"[" * 100_000, "một kịch bản ở dạng JSON"),
    "deep objects": (b'{"a":' * 100_000, "một kịch bản ở dạng JSON"),
    "deep inside": (with_top().replace("[{", "[" * 900 + "{"), "dạng JSON"),
    "a list": (b"[]", "một kịch bản ở dạng JSON"),
    "null": (b"null", "một kịch bản ở dạng JSON"),
    "NaN": (with_change(value=float("nan")), "một kịch bản ở dạng JSON"),
    "infinity": (with_change(value=float("inf")), "một kịch bản ở dạng JSON"),
    "a huge number": (with_change(value=0).replace(" 0}", " 1e999}"), "hữu hạn"),
    "half a pair": (b'{"version": 1, "dataset": "\\ud800"}', "dạng JSON"),
    "no version": (b'{"dataset": "phu_tho_2026"}', "phiên bản 2"),
    "version 0": (with_top(version=0), "phiên bản 2"),
    "version 3": (with_top(version=3), "phiên bản 2"),
    "a version in words": (with_top(version="1"), "phiên bản 2"),
    "a list as version": (with_top(version=[1]), "phiên bản 2"),
    "two versions": (b'{"version": 1, "version": 2}', "mỗi khóa chỉ xuất hiện một lần"),
    "unknown key": (with_top(password="x"), "chỉ các khóa đã biết"),
    "unknown key of a change": (with_change(price=1), "chỉ các khóa đã biết"),
    "no dataset": (b'{"version": 1}', "đang thiếu"),
    "empty dataset": (with_top(dataset=""), "ít nhất 1 ký tự"),
    "unknown dataset": (with_top(dataset="ha_noi"), "một bộ số liệu có trong chương trình"),
    "a path as dataset": (with_top(dataset="../../etc/passwd"), "một bộ số liệu có trong"),
    "a number as dataset": (with_top(dataset=1), "một chuỗi ký tự"),
    "a long title": (with_top(title="x" * 201), "nhiều nhất 200 ký tự"),
    "a long author": (with_top(author="x" * 101), "nhiều nhất 100 ký tự"),
    "a long note": (with_top(note="x" * 2001), "nhiều nhất 2000 ký tự"),
    "a long data version": (with_top(dataset_version="x" * 65), "nhiều nhất 64 ký tự"),
    "a number as title": (with_top(title=1), "một chuỗi ký tự"),
    "changes as object": (with_top(changes={}), "một danh sách"),
    "a change as text": (with_top(changes=["x"]), "một nhóm khóa và giá trị"),
    "9000 changes": (with_top(changes=[{**ONE, "unit": str(n)} for n in range(9000)]), "8000"),
    "above 100%": (with_change(value=1.01), "một số không quá 1"),
    "per cent instead of a fraction": (with_change(value=60), "một số không quá 1"),
    "below 0": (with_change(value=-0.1), "một giá trị từ 0 đến 1"),
    "below -100%": (with_change(mode="add", value=-1.1), "một số từ -1 trở lên"),
    "a value in words": (with_change(value="0.6"), "một số"),
    "a decimal comma": (with_change(value="0,6"), "một số"),
    "no value": (with_change(value=None), "một số"),
    "a boolean value": (with_change(value=True), "một số"),
    "unknown mode": (with_change(mode="double"), "'close_gap'"),
    "empty unit": (with_change(unit=""), "ít nhất 1 ký tự"),
    "unknown unit": (with_change(unit="H99.1"), "một đơn vị của bộ số liệu"),
    "another dataset's unit": (with_change(unit="so_y_te"), "một đơn vị của bộ số liệu"),
    "unknown level": (with_change(unit="level:village"), "một đơn vị của bộ số liệu"),
    "a script as unit": (with_change(unit="<script>x</script>"), "một đơn vị của bộ số liệu"),
    "a formula as unit": (with_change(unit="=HYPERLINK(1)"), "một đơn vị của bộ số liệu"),
    "bidi in a unit": (with_change(unit="H44\u202e"), "một đơn vị của bộ số liệu"),
    "zero width in a unit": (with_change(unit="H44\u200b"), "một đơn vị của bộ số liệu"),
    "a long unit": (with_change(unit="x" * 81), "nhiều nhất 80 ký tự"),
    "unknown component": (with_change(component="speed"), "một chỉ số thành phần"),
    "a script as component": (with_change(component="<img src=x>"), "một chỉ số thành phần"),
    "the same twice": (with_top(changes=[ONE, ONE]), "thay đổi 1 và 2 trùng nhau"),
    "an impossible day": (with_change(start="2026-02-30"), "một ngày dạng"),
    "a day in words": (with_change(start="tomorrow"), "một ngày dạng"),
    "a day as number": (with_change(start=5), "một ngày"),
    "a negative ramp": (with_change(ramp_weeks=-1), "một số từ 0 trở lên"),
    "a ramp of years": (with_change(ramp_weeks=105), "một số không quá 104"),
    "unknown ramp": (with_change(ramp_shape="step"), "'s_curve'"),
    "assumptions as list": (with_top(assumptions=[]), "một nhóm khóa và giá trị"),
    "a gain of 51": (with_top(assumptions={"field_gain": 51}), "một số không quá 50"),
    "a gain of -51": (with_top(assumptions={"field_gain": -51}), "một số từ -50 trở lên"),
    "a target of 0": (
        with_top(assumptions={"rules": {"digitized": {"max_points": 1, "target_rate": 0}}}),
        "một số lớn hơn 0",
    ),
    "points above 100": (
        with_top(assumptions={"rules": {"digitized": {"max_points": 101, "target_rate": 1}}}),
        "một số không quá 100",
    ),
    "unknown component in the rules": (
        with_top(assumptions={"rules": {"speed": {"max_points": 1, "target_rate": 1}}}),
        "một chỉ số thành phần",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_wrong_is_answered_with_what_was_expected(case: str) -> None:
    content, expected = BAD_FILES[case]
    raw = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(DataError, match="expected") as caught:
        files.read(raw, "<b>\u202eplan\u200b.json")
    sentence = links.sentences(caught.value)
    assert expected in sentence.replace("\\", "")
    assert not set(sentence) & set("\u202e\u200b\x00\n")
    assert "<" not in sentence.replace("\\<", "")


BAD_LINKS = {
    "nothing packed": "1.",
    "not packed": "1.AAAA",
    "not base64": "1.<script>",
    "cut off": to_link(plan(change()))[:-4],
    "with more behind": to_link(plan(change())) + "AAAA",
    "no version": "eNo",
    "a later version": "9.eNo",
    "very long": "1." + "A" * 20_000,
    "unknown unit": to_link(plan(change(unit="H99"))),
    "unknown dataset": to_link(Scenario(dataset="ha_noi")),
}


@pytest.mark.parametrize("case", BAD_LINKS)
def test_a_link_that_is_wrong_is_refused_with_a_reason(case: str) -> None:
    with pytest.raises(links.Refusal, match="Đường dẫn bị hỏng") as caught:
        links.read_link(BAD_LINKS[case], seen.cases())
    assert len(str(caught.value)) > len("Đường dẫn bị hỏng hoặc không khớp dữ liệu")


BAD_ADDRESSES = [
    ("v", "x", "không có kịch bản nào theo đường dẫn này"),
    ("v", "a" * 16, "không có kịch bản nào theo đường dẫn này"),
    ("v", "' OR 1=1 --", "không có kịch bản nào theo đường dẫn này"),
    ("v", "<script>alert(1)</script>", "không có kịch bản nào theo đường dẫn này"),
    ("v", "a" * 5000, "không có kịch bản nào theo đường dẫn này"),
    ("v", "a" * 16 + ".x", "sau dấu chấm phải là số của bản"),
    ("v", "a" * 16 + ".-1", "sau dấu chấm phải là số của bản"),
    ("v", "a" * 16 + "." + "9" * 50, "sau dấu chấm phải là số của bản"),
    ("w", "x", "Mã kịch bản đang làm trong địa chỉ bị hỏng"),
    ("w", "../../../etc/passwd", "Mã kịch bản đang làm trong địa chỉ bị hỏng"),
    ("w", "a" * 22, "không còn) giữ kịch bản đang làm nào"),
    ("d", "<img src=x onerror=alert(1)>", "Đường dẫn nêu một bộ số liệu không có"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD_ADDRESSES)
def test_an_address_that_is_wrong_opens_the_baseline_and_says_why(
    name: str, value: str, sentence: str
) -> None:
    app = AppTest.from_file(FRAME, default_timeout=120)
    app.query_params[name] = value
    app.run()
    assert sentence in told(app)
    assert key_of(app) != value or name != "w"  # a key that nobody made is not taken over
    assert not app.exception


BAD_PAYLOADS = [
    ('{"version": 3}', "phiên bản 2"),
    ("{}", "phiên bản 2"),
    (with_change(unit="H99"), "một đơn vị của bộ số liệu"),
    (with_top(dataset="ha_noi"), "một bộ số liệu có trong chương trình"),
    (with_change(value=7), "một số không quá 1"),
]


@pytest.mark.parametrize(("payload", "sentence"), BAD_PAYLOADS)
def test_a_saved_scenario_that_does_not_fit_any_more_is_refused(
    payload: str, sentence: str
) -> None:
    saved = keep(plan(), "Cũ [x](y) <b>", payload)
    with pytest.raises(links.Refusal, match="không khớp số liệu hiện nay") as caught:
        links.read_saved(saved.scenario_id, seen.cases())
    assert sentence in str(caught.value).replace("\\", "")
    assert "\\<b\\>" in str(caught.value)


def test_the_link_of_a_deleted_scenario_says_who_deleted_it() -> None:
    saved = keep(plan(change()), "Nhầm")
    store.delete(autosave.store(), saved.scenario_id, author="Hà")
    with pytest.raises(links.Refusal, match="“Nhầm” đã bị Hà xóa"):
        links.read_saved(saved.scenario_id, seen.cases())


BAD_TEXTS = [
    ({"name": ""}, "Tên kịch bản đang để trống"),
    ({"name": " \u00a0 "}, "Tên kịch bản đang để trống"),
    ({"name": "x" * 121}, "Tên kịch bản có 121 ký tự; chỉ được nhiều nhất 120"),
    ({"name": "x" * 10_000_000}, "Tên kịch bản có 10.000.000 ký tự"),
    ({"name": "a\u202eb"}, "ký tự ẩn ở vị trí 2 (U+202E)"),
    ({"name": "a\u200bb"}, "ký tự ẩn ở vị trí 2 (U+200B)"),
    ({"name": "a\x00b"}, "ký tự ẩn ở vị trí 2 (U+0000)"),
    ({"name": "a\nb"}, "ký tự ẩn ở vị trí 2 (U+000A)"),
    ({"name": "\ufeffa"}, "ký tự ẩn ở vị trí 1 (U+FEFF)"),
    ({"author": ""}, "Tên của bạn đang để trống"),
    ({"author": "x" * 81}, "Tên của bạn có 81 ký tự; chỉ được nhiều nhất 80"),
    ({"author": "La\u2066n"}, "ký tự ẩn ở vị trí 3 (U+2066)"),
    ({"note": "x" * 2001}, "Ghi chú có 2.001 ký tự; chỉ được nhiều nhất 2.000"),
    ({"note": "a\u202e"}, "Ghi chú có ký tự ẩn ở vị trí 2 (U+202E)"),
]


@pytest.mark.parametrize(("texts", "sentence"), BAD_TEXTS)
def test_a_name_that_can_not_be_saved_is_answered(texts: dict[str, str], sentence: str) -> None:
    with pytest.raises(StoreError, match=r"name|author|note") as caught:
        keep(plan(), **({"name": "Tên"} | texts))
    assert sentence in links.sentence(caught.value).replace("\\", "")


def test_a_refused_save_says_so_and_changes_nothing() -> None:
    app = save(lever(open_app(), "60"), "a\u202eb")
    assert "Chưa lưu được. Tên kịch bản có ký tự ẩn ở vị trí 2 (U+202E)" in told(app)
    assert panel.box(app, LEVER) == "60,0"
    assert "chưa lưu" in said(app)


HOSTILE_NAMES = ["<script>alert(1)</script>", "=1+1", "[x](javascript:alert(1))", "$a$ :smile: `x`"]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_shown_as_it_is_and_never_as_code(name: str) -> None:
    app = save(lever(open_app(), "60"), name, author=name, note=name)
    app.switch_page("saved.py").run()
    shown = [*app.markdown, *app.caption, *app.toast]
    mine = [block.value for block in shown if name in block.value.replace("\\", "")]
    assert len(mine) >= 3
    for value in mine:
        for sign in "<[$`":
            assert sign not in value.replace(f"\\{sign}", "")
        assert ":smile:" not in value
    assert not app.exception


UNUSUAL = {
    "long before the data": plan(change(start=dt.date(1, 1, 1))),
    "long after the year": plan(change(start=dt.date(9999, 12, 31), ramp_weeks=104)),
    "two years of ramp": plan(change(ramp_weeks=104, ramp_shape="s_curve")),
    "all taken away": plan(change(mode="add", value=-1)),
    "a level that has no unit": plan(change(unit="level:district")),
    "the province itself": plan(change(unit="level:province")),
    "a gap that is not there": plan(change(mode="close_gap", value=1)),
    "others gain 50": plan(change(), assumptions=Assumptions(field_gain=50)),
    "others lose 50": plan(change(), assumptions=Assumptions(field_gain=-50)),
    "a target next to 0": plan(
        change(),
        assumptions=Assumptions(rules={"digitized": RuleEdit(max_points=100, target_rate=1e-300)}),
    ),
    "markup as title": plan(change(), title="<script>alert(1)</script> $x$ [a](b)"),
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_an_unusual_scenario_is_shown_without_an_error(case: str) -> None:
    app = open_app(s=to_link(UNUSUAL[case]))
    assert not app.exception
    assert len(panel.scores(app)) == 3


def test_the_store_is_one_file_in_the_folder_of_the_tests() -> None:
    db: Store = autosave.store()
    assert "pytest" in str(db.engine.url)
