"""The presentation shows what the engine computes, hides it until asked, and takes any scenario."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import panel
from conftest import ROOT
from core.dataset.load import list_datasets
from core.outlook.case import Case
from core.review.presets import presets
from core.scenario.files import dump, to_link
from core.scenario.model import Change, Scenario
from core.store import versions as store
from pages.parts.present import guess as present_guess
from pages.parts.present.state import LONGEST, MOST_GUESSES, PAGES, Guess, Showing, read, written
from pages.parts.shared.kept import LIMIT
from pages.parts.state.cases import seen
from pages.parts.state.kept import autosave
from test_pages import pages

FRAME = str(ROOT / "pages" / "frame.py")
DATASET = "phu_tho_2026"
PACE, BEST, OPEN = "Không có kịch bản", "Đạt mức nhóm 25% đơn vị dẫn đầu cùng cấp", "Đang mở"
HOSTILE = "<script>alert(1)</script> **đậm** $x$ [a](b) " + 40 * "rất "


@pytest.fixture(autouse=True)
def empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing saved by other tests is offered here."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    yield
    autosave.store().engine.dispose()


def test_a_presentation_comes_back_to_every_page() -> None:
    """All but itself, and the page of administrators, which is shown in no room."""
    assert {*PAGES} == {Path(page).stem for page in pages()} - {"present", "admin"}


def plan(dataset: str = DATASET, **rest: object) -> Scenario:
    change = Change(unit="*", component="digitized", mode="floor", value=0.9)
    return Scenario.model_validate({"dataset": dataset, "changes": (change,)} | rest)


def open_show(dataset: str = DATASET, made: Scenario | None = None, **address: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=120)
    app.query_params["d"] = dataset
    for name, value in address.items():
        app.query_params[name] = value
    if made:
        app.query_params["s"] = to_link(made)
    app.run()
    app.switch_page("present.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> list[str]:
    """The texts of the slide, as they are read."""
    return [re.sub(r"\\|\*\*", "", block.value) for block in app.main.markdown]


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def save(made: Scenario, name: str, dataset: str = DATASET) -> str:
    version = store.create(
        autosave.store(), dump(made), name=name, author="An", dataset_id=dataset,
        dataset_version=seen.cases()[dataset].dataset.version,
    )  # fmt: skip
    return version.scenario_id


def key(app: AppTest, start: str) -> str:
    """The one button or box of the main part whose key starts like this."""
    found = [one.key for one in (*app.main.button, *app.main.text_input) if one.key]
    (one,) = (name for name in found if name.startswith(start))
    return str(one)


def guess(app: AppTest, score: str, rank: str, then: str = "present_add_") -> None:
    app.text_input(key=key(app, "guess_score_")).set_value(score)
    app.text_input(key=key(app, "guess_rank_")).set_value(rank)
    press(app, key(app, then))


TO = "\N{WORD JOINER}–\N{WORD JOINER}"  # no line ends behind the dash of a range


def comma(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def expected_figures(case: Case, made: Scenario) -> list[str]:
    """Score, change, range, rank, rank's range of every horizon, as the engine computes them."""
    expected = []
    for found in case.outlook(made).values():
        after = found.after
        change = round(round(after.score, 2) - round(found.before.score, 2), 2)
        is_exact = after.score_p90 - after.score_p10 < 0.005
        expected.append(f"{'' if is_exact else '≈ '}{comma(after.score)} điểm")
        if round(change, 2):
            expected.append(f"{'+' if change > 0 else '−'}{comma(abs(change))} điểm")
        if not is_exact:
            expected.append(f"80%: {comma(after.score_p10, 1)}{TO}{comma(after.score_p90, 1)}")
        mark = "" if after.rank.p10 == after.rank.p90 else "≈ "
        expected.append(f"hạng {mark}{after.rank.median}/{after.size}")
        if after.rank.p10 != after.rank.p90:
            expected.append(f"80%: {after.rank.p10}{TO}{after.rank.p90}")
    return expected


@pytest.mark.parametrize("dataset", list_datasets())
def test_the_figures_of_every_slide_are_the_engines(dataset: str) -> None:
    """Today and every horizon, the baseline, the scenario on the screen and all prepared ones."""
    case, made = seen.cases()[dataset], plan(dataset)
    prepared = presets(case.dataset, case.baseline, case.calendar)
    order = [prepared.pop("pace"), made, *(one for one in prepared.values() if one.changes)]
    app = open_show(dataset, made, kinds="ladder")
    for number, scenario in enumerate(order, 1):
        texts = said(app)
        assert f"{number}/{len(order)}" in texts
        words = " ".join(texts).replace("\N{NO-BREAK SPACE}", " ")
        for figure in expected_figures(case, scenario):
            assert figure in words
            words = words.replace(figure, "", 1)  # each is there for itself
        if number < len(order):
            press(app, "present_step_Right")
    assert app.button(key="present_step_Right").disabled


def test_what_is_assumed_stands_on_the_slide_in_at_most_three_sentences() -> None:
    units = seen.cases()[DATASET].baseline.units[1:5]
    changes = [Change(unit=unit, component="digitized", mode="set", value=1.0) for unit in units]
    wide = Change(unit="*", component="on_time", mode="floor", value=0.95)
    app = open_show(made=plan(changes=(*changes, wide)))
    press(app, "present_step_Right")
    texts = said(app)
    start = next(n for n, words in enumerate(texts) if "Mọi đơn vị" in words)
    assert "đúng hạn" in texts[start] and "95,0" in texts[start]
    assert texts[start + 2] == "và 3 thay đổi khác"


def test_steps_stop_at_both_ends() -> None:
    app = open_show(made=plan())
    assert app.button(key="present_step_Left").disabled
    assert app.button(key="present_key_PageUp").disabled
    for _ in range(4):
        press(app, "present_key_PageDown")
    assert "5/5" in said(app)
    assert app.button(key="present_key_PageDown").disabled
    press(app, "present_key_PageUp")
    assert "4/5" in said(app)


def test_the_result_is_hidden_until_it_is_asked_for() -> None:
    app = open_show(made=plan(), kinds="ladder.path")
    press(app, "present_step_Right")
    press(app, "present_step_Right")
    outlook = seen.cases()[DATASET].outlook(plan())["year_end"]
    secrets = [comma(outlook.after.score), f"{outlook.after.rank.median}/34"]
    assert all(secret in " ".join(said(app)) for secret in secrets)
    press(app, "present_predict")
    shown = " ".join([*said(app), *(caption.value for caption in app.caption)])
    assert "Điểm và hạng đến 31/12/2026 sẽ là bao nhiêu?" in shown
    assert "90,0" in shown  # what is assumed
    assert not any(secret in shown for secret in secrets)
    assert not app.get("bidi_component")
    press(app, key(app, "present_reveal_"))
    assert all(secret in " ".join(said(app)) for secret in secrets)
    assert len(app.get("bidi_component")) == 1
    press(app, "present_step_Right")  # its other picture was seen with it
    assert len(app.get("plotly_chart")) == 1
    for _ in range(2):
        press(app, "present_step_Left")
    press(app, "present_step_Left")
    assert app.text_input(key=key(app, "guess_score_")).value == ""
    for _ in range(2):
        press(app, "present_step_Right")
    assert all(secret in " ".join(said(app)) for secret in secrets)  # seen is seen


def test_the_guesses_of_a_room_stand_beside_the_result_without_a_verdict() -> None:
    app = open_show()
    press(app, "present_predict")
    guess(app, "88", "20")
    guess(app, "61.5", "")
    guess(app, "99", "1")
    press(app, key(app, "present_drop_"))  # mistyped
    noted = " ".join(said(app))
    assert "Dự kiến của hội nghị: điểm 61,50 · 88; hạng 20." in noted
    guess(app, "61,5", "14", then="present_reveal_")  # typed, and shown at once
    after = seen.cases()[DATASET].outlook(Scenario(dataset=DATASET))["year_end"].after
    words = " ".join(said(app)).replace("\N{NO-BREAK SPACE}", " ")
    computed = f"Kết quả tính: điểm ≈ {comma(after.score)}, hạng ≈ {after.rank.median}/34."
    assert f"Dự kiến của hội nghị: điểm 61,50 · 88; hạng 14 · 20. {computed}" in words


def test_a_reload_in_the_middle_comes_back_to_slide_guesses_and_choice() -> None:
    app = open_show(made=plan(), predict="1")
    guess(app, "60,5", "20", then="present_reveal_")
    press(app, "present_step_Right")
    guess(app, "63", "12")
    kept = {
        name: found if isinstance(found, str) else found[0]
        for name, found in app.query_params.items()
    }
    again = open_show(made=plan(), **{n: v for n, v in kept.items() if n not in ("d", "s")})
    assert "2/5" in said(again)
    assert "Dự kiến của hội nghị: điểm 63; hạng 12." in " ".join(said(again))
    press(again, "present_step_Left")
    assert "điểm 60,50; hạng 20. Kết quả tính" in " ".join(said(again))


def test_a_long_meeting_keeps_its_address_short() -> None:
    """Every slide counts as seen still, and the guesses noted last are in it."""
    said = [Guess(50 + n / 8, n + 1) for n in range(MOST_GUESSES)]
    marks = [f"{n:08x}" for n in range(40)]
    address = written(Showing(set(marks), dict.fromkeys(marks, said)))
    assert len(address) <= LONGEST
    found = read(address)
    assert found.seen == set(marks)
    assert list(found.guesses) == marks[-len(found.guesses) :] and found.guesses[marks[-1]] == said
    unseen = written(Showing(set(), dict.fromkeys(marks, said)))
    assert len(unseen) <= LONGEST and marks[-1] in unseen
    assert written(Showing(set(), {"a": [Guess(60, 2), Guess(60, 2)], "b": []})) == "a!60/2"


@pytest.mark.parametrize("words", ["", "a", "a*", "*1/2", "a*x/y", "a!200/3", "~~~", "a*1/2_/_1"])
def test_an_address_written_by_hand_breaks_nothing(words: str) -> None:
    app = open_show(
        predict="1", room=words, slide="9²", slides="zz.none", kinds="x", **{"from": "../x"}
    )
    assert "1/3" in said(app)


def test_who_does_what_names_ten_units_and_their_dossiers_a_week() -> None:
    """By hand for the first one: what is missing of 90 % of the year's dossiers, a week."""
    app = open_show(made=plan(), kinds="duties", slide="2")
    (table,) = (one.proto.body for one in app.main.get("html") if "duties" in one.proto.body)
    rows = re.findall("<tr><td>(.*?)</tr>", table)
    assert len(rows) == 10
    case = seen.cases()[DATASET]
    name, component, now, _, weekly = re.split("</?td>(?:<td>)?", rows[0])[:5]
    column = case.baseline.rules.index("digitized")
    unit = list(case.dataset.units["name_vi"]).index(name)
    base, end = case.baseline, case.calendar.horizons["year_end"]
    assert component == "Số hóa hồ sơ, kết quả giải quyết"
    assert now == f"{comma(100 * base.rate[unit, column], 1)}%"
    passed = (case.calendar.as_of - type(end)(end.year - 1, 12, 31)).days
    ahead = (end - case.calendar.as_of).days
    coming = base.dossiers[unit, column] * ahead / passed / (ahead / 7)
    assert weekly.split(" ")[0] == f"{0.9 * coming:,.0f}".replace(",", ".")
    assert f"(+{(0.9 - base.rate[unit, column]) * coming:,.0f})".replace(",", ".") in weekly


@pytest.mark.parametrize(
    ("score", "rank", "said_of"),
    [
        ("tám mươi", "", "“tám mươi” không phải là điểm"),
        ("100,01", "", "“100,01” không phải là điểm"),
        ("-1", "", "“-1” không phải là điểm"),
        ("nan", "", "“nan” không phải là điểm"),
        ("", "0", "“0” không phải là hạng"),
        ("", "35", "“35” không phải là hạng"),
        ("", "7,5", "“7,5” không phải là hạng"),
        ("", "inf", "“inf” không phải là hạng"),
        ("<b>1</b>", "", "“<b>1</b>” không phải là điểm"),
    ],
)
def test_what_is_no_guess_gets_a_sentence(score: str, rank: str, said_of: str) -> None:
    app = open_show()
    press(app, "present_predict")
    guess(app, score, rank, then="present_reveal_")
    assert len(app.warning) == 1
    assert said_of in app.warning[0].value.replace("\\", "")
    assert not app.get("bidi_component")  # still hidden


@pytest.mark.parametrize(
    ("score", "rank", "understood"),
    [
        ("93,37", "", Guess(93.37, None)),
        ("93.37", " 8 ", Guess(93.37, 8)),
        ("", "", Guess()),
        ("100", "63", Guess(100.0, 63)),
    ],
)
def test_guesses_are_read_as_people_write_them(score: str, rank: str, understood: Guess) -> None:
    assert present_guess.read(score, rank, 63) == (understood, [])


def test_the_choice_of_compare_is_taken_over_in_its_order() -> None:
    app = open_show(made=plan())
    app.switch_page("compare.py").run()
    app.multiselect(key="compare_picked").set_value([BEST, PACE]).run()
    app.switch_page("present.py").run()
    assert app.title[0].value.replace("\\", "") == BEST
    assert "1/3" in said(app)


def test_a_scenario_made_after_the_choice_of_compare_is_shown() -> None:
    app = open_show()
    app.switch_page("compare.py").run()
    app.multiselect(key="compare_picked").set_value([BEST, PACE]).run()
    app.switch_page("simulate.py").run()
    panel.pull(app, "digitized", "60")
    app.switch_page("present.py").run()
    assert app.multiselect[0].value == [BEST, OPEN, PACE]


def test_the_viewers_own_choice_and_order_last_for_the_session() -> None:
    app = open_show(made=plan())
    app.multiselect[0].set_value([BEST, OPEN]).run()
    assert "1/4" in said(app)
    assert app.title[0].value.replace("\\", "") == BEST
    app.switch_page("overview.py").run()
    app.switch_page("present.py").run()
    assert app.multiselect[0].value == [BEST, OPEN]
    app.multiselect[0].set_value([]).run()
    assert not app.exception
    assert "Chưa chọn kịch bản nào" in app.info[0].value


def test_a_single_scenario_says_how_to_make_another(monkeypatch: pytest.MonkeyPatch) -> None:
    only = {"pace": Scenario(dataset=DATASET)}
    monkeypatch.setattr("pages.parts.shared.presets.all_presets", lambda: dict(only))
    app = open_show()
    assert "1/1" in said(app)
    assert "Chỉ có một kịch bản này" in app.info[0].value
    press(app, "present_make")
    assert app.title[0].value == "Mô phỏng"


def test_saved_scenarios_are_offered_and_shown_by_their_names() -> None:
    made = plan()
    save(made, HOSTILE.strip()[:120])
    app = open_show()
    label = app.multiselect[0].options[-1]
    assert label.startswith("<script>alert(1)</script> **đậm**")
    assert label not in app.multiselect[0].value  # nothing saved is shown unasked
    app.multiselect[0].set_value([label]).run()
    assert app.title[0].value.replace("\\", "") == HOSTILE.strip()[:120]
    assert "\\<script\\>" in app.title[0].value
    words = " ".join(said(app)).replace("\N{NO-BREAK SPACE}", " ")
    for figure in expected_figures(seen.cases()[DATASET], made):
        assert figure in words
    app.switch_page("compare.py").run()
    assert label in app.multiselect(key="compare_picked").options


def test_the_latest_version_is_offered_and_a_deleted_one_is_not() -> None:
    number = save(plan(), "Cũ")
    store.rename(autosave.store(), number, "Mới", author="An")
    gone = save(plan(), "Bỏ")
    app = open_show()
    assert app.multiselect[0].options[-2:] == ["Bỏ", "Mới"]
    app.multiselect[0].set_value(["Bỏ", "Mới"]).run()
    store.delete(autosave.store(), gone, author="An")
    app.run()
    assert app.multiselect[0].value == ["Mới"]
    assert "“Bỏ” đã bị xóa" in app.info[0].value


@pytest.mark.parametrize("page", ["present.py", "compare.py"])
def test_a_saved_scenario_that_fits_no_more_is_left_out_with_a_sentence(page: str) -> None:
    old = plan(changes=(Change(unit="gone", component="digitized", mode="set", value=1),))
    save(old, "Lỗi *thời*")
    app = open_show()
    app.switch_page(page).run()
    assert "Lỗi *thời*" not in app.multiselect[0].options
    told = [caption.value.replace("\\", "") for caption in app.caption]
    assert "“Lỗi *thời*” không còn khớp dữ liệu hiện nay nên không có ở đây." in told


def test_of_many_saved_scenarios_the_latest_are_offered() -> None:
    for number in range(LIMIT + 2):
        save(plan(), f"Bản {number:02}")
    app = open_show()
    offered = [label for label in app.multiselect[0].options if label.startswith("Bản")]
    assert offered == [f"Bản {number:02}" for number in range(LIMIT + 1, 1, -1)]
    assert any("còn 2 kịch bản cũ hơn" in caption.value for caption in app.caption)


def test_a_scenario_of_earlier_data_says_so() -> None:
    save(plan(dataset_version="cu"), "Năm ngoái")
    app = open_show()
    app.multiselect[0].set_value(["Năm ngoái"]).run()
    assert any("dữ liệu trước đây" in words for words in said(app))


def test_nothing_on_a_slide_changes_a_scenario() -> None:
    """What can be pressed or typed: which slide, what is shown, and the way out."""
    app = open_show(made=plan())
    bars = {button.key for button in app.main.button}
    assert bars == {
        "present_predict", "present_leave", "present_step_Left", "present_step_Right",
        "present_key_PageUp", "present_key_PageDown",
    }  # fmt: skip
    assert [choice.key for choice in app.main.multiselect] == [
        f"present_picked_{DATASET}_vi_widget"
    ]
    assert not app.main.text_input


def test_the_way_out_leads_back() -> None:
    app = AppTest.from_file(FRAME, default_timeout=120)
    app.query_params["d"] = DATASET
    app.query_params["s"] = to_link(plan())
    app.switch_page("targets.py").run()
    app.button(key="present").click().run()
    assert app.title[0].value == PACE
    app.switch_page("present.py").run()  # AppTest does not follow a page's own switch
    press(app, "present_leave")
    assert app.title[0].value == "Chỉ tiêu"
    assert app.session_state["state"].histories[DATASET].now.changes == plan().changes
