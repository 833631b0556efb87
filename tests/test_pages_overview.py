"""Overview and Compare say what the command line says, and take scenarios from everywhere."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import panel
from conftest import ROOT
from core.cli.answers import forecast_answer, score_answer, simulate_answer
from core.dataset.load import list_datasets
from core.outlook.case import Case
from core.outlook.timeline import TODAY
from core.review.presets import presets
from core.scenario.files import to_link
from core.scenario.model import Change, Scenario
from pages.parts.state.cases import seen
from worlds import open_door

FRAME = ROOT / "pages" / "frame.py"
LABELS = {
    "pace": "Không có kịch bản",
    "targets": "Đạt chỉ tiêu được giao",
    "best_quarter": "Đạt mức nhóm 25% đơn vị dẫn đầu cùng cấp",
    "sync": "Đóng hết chênh lệch đồng bộ",
}
EXACT = {"rel": 0, "abs": 1e-12}
SHOWN = {"rel": 0, "abs": 0.01 + 1e-9}  # parts as shown, so that they add up


def open_page(dataset: str, page: str, link: str = "") -> AppTest:
    app = AppTest.from_file(str(FRAME), default_timeout=120)
    app.query_params["d"] = dataset
    if link:
        app.query_params["s"] = link
    app.run()
    app.switch_page(page).run()
    assert not app.exception
    return app


def tables(app: AppTest) -> list[pd.DataFrame]:
    """The tables of a page."""
    return [table.value for table in app.dataframe]


def prepared(case: Case) -> dict[str, Scenario]:
    """The presets of a dataset that change something, and the present pace, by label."""
    found = presets(case.dataset, case.baseline, case.calendar)
    kept = {name: made for name, made in found.items() if made.changes or name == "pace"}
    return {label(name): made for name, made in kept.items()}


def label(preset: str) -> str:
    """A preset as it is called; those of one due date name it."""
    if ":" in preset:
        day = dt.date.fromisoformat(preset.split(":")[1])
        return f"Đạt chỉ tiêu hạn {day.day}/{day.month}/{day.year}"
    return LABELS[preset]


@pytest.fixture(scope="module", params=list_datasets())
def case(request: pytest.FixtureRequest) -> Case:
    return seen.cases()[request.param]


def test_the_overview_says_what_the_command_line_says(case: Case) -> None:
    app = open_page(case.dataset.id, "overview.py")
    told = score_answer(case)["units"]
    province = told[case.baseline.units[0]]
    today = simulate_answer(case, Scenario(dataset=case.dataset.id))["horizons"][TODAY]["baseline"]
    sentence = app.markdown[0].value.replace("\\", "")
    assert f"{province['total']:.2f}".replace(".", ",") in sentence
    assert f"hạng {today['rank']['median']}/" in sentence
    assert f"{100 - province['total']:.2f}".replace(".", ",") in sentence
    largest, *_, standings = tables(app)
    rules = case.dataset.rules
    lost = {
        name: found["max_points"] - found["points"]
        for component, found in province["components"].items()
        if found["points"] is not None
        for name in [rules.name_vi[rules.index(component)]]
    }
    for row in largest.to_dict("records"):
        if not row["Chỉ số mất điểm"].endswith("phần chưa công bố"):
            assert row["Điểm chưa đạt"] == pytest.approx(lost[row["Chỉ số mất điểm"]], **SHOWN)
    ranked = standings.dropna(subset="Hạng")
    codes = {name: code for code, name in case.dataset.units["name_vi"].items()}
    assert len(standings) == len(case.baseline.units) - 1
    for row in ranked.to_dict("records"):
        assert row["Điểm"] == pytest.approx(told[codes[row["Đơn vị"]]]["total"], **EXACT)
    assert ranked["Điểm"].is_monotonic_decreasing


def expect_standings(shown: pd.DataFrame, told: dict[str, Any], horizons: list[str]) -> None:
    """Every row is the leading line of `forecast`, with the scenario; `told` by label."""
    rows = shown.to_dict("records")
    assert len(rows) == len(told) * len(horizons)
    expected = [(label, key) for label in told for key in horizons]
    for row, (label, key) in zip(rows, expected, strict=True):
        line = told[label]["horizons"][key]["like_the_others"]
        score, rank = line["with"]["score"], line["with"]["rank"]
        assert row["Kịch bản"] == label
        figures = [row[name] for name in ("Điểm", "80% từ", "80% đến")]
        assert figures == pytest.approx([score["median"], score["p10"], score["p90"]], **EXACT)
        without = round(line["without"]["score"]["median"], 2)
        assert without + row["Thay đổi"] == pytest.approx(round(score["median"], 2), **EXACT)
        ranks = [row[name] for name in ("Hạng", "Hạng từ", "Hạng đến")]
        assert ranks == [rank[name] for name in ("median", "p10", "p90")]
        still = told[label]["horizons"][key]["standing_still"]["with"]["rank"]
        assert row["Hạng nếu không"] == line["without"]["rank"]["median"]
        assert row["Hạng nếu giữ nguyên tỷ lệ"] == still["median"]


def test_compare_says_what_the_command_line_says(case: Case) -> None:
    """The presets that fit, on every horizon: score, range, rank, groups and units."""
    chosen = dict(list(prepared(case).items())[:4])  # so many stand side by side
    answers = {label: simulate_answer(case, made) for label, made in chosen.items()}
    forecasts = {label: forecast_answer(case, made) for label, made in chosen.items()}
    app = open_page(case.dataset.id, "compare.py")
    assert app.multiselect(key="compare_picked").value == list(chosen)
    codes = {name: code for code, name in case.dataset.units["name_vi"].items()}
    for number, key in enumerate([TODAY, *case.calendar.horizons]):
        choice = app.segmented_control(key="horizon")
        choice.set_value(choice.options[number]).run()
        standings, groups, *more = tables(app)
        expect_standings(standings, forecasts, list(case.calendar.horizons))
        units = next((table for table in more if "Đơn vị" in table), pd.DataFrame({"Đơn vị": []}))
        for label, answer in answers.items():
            after = answer["horizons"][key]["scenario"]
            expected = list(after["groups"].values())
            assert list(groups[label])[: len(expected)] == pytest.approx(expected, **SHOWN)
            *parts, score = groups[label]
            assert sum(parts) == pytest.approx(round(score, 2), **EXACT)
            for row in units.to_dict("records"):
                total = after["units"][codes[row["Đơn vị"]]]
                assert row[label] == pytest.approx(total, **EXACT)
        apart = [
            max(totals) - min(totals)
            for code in case.baseline.units[1:]
            if code not in {codes[name] for name in units["Đơn vị"]}
            for totals in [
                [a["horizons"][key]["scenario"]["units"][code] for a in answers.values()]
            ]
        ]
        assert max(apart, default=0.0) < 0.005


def test_a_preset_is_a_change_like_any_other() -> None:
    """It fills the levers, can be taken back, and one lever of it can be moved on."""
    app = open_page("phu_tho_2026", "simulate.py")
    before = app.markdown[0].value
    open_door(app, "presets")
    assert app.button(key="preset-targets").disabled  # nothing is assigned there
    app.button(key="preset-best_quarter").click().run()
    assert not app.exception
    made = prepared(seen.cases()["phu_tho_2026"])[LABELS["best_quarter"]]
    assert app.session_state.state.histories["phu_tho_2026"].now.changes == made.changes
    assert app.markdown[0].value != before
    app.button(key="undo").click().run()
    assert app.markdown[0].value == before
    app.button(key="redo").click().run()
    panel.pull(app, "digitized", "60")
    now = app.session_state.state.histories["phu_tho_2026"].now.changes
    # all units move: what the levels had for it gives way, and the page says so
    assert now[:-1] == tuple(one for one in made.changes if one.component != "digitized")
    assert "thay cho 2 thay đổi riêng" in app.warning[0].value
    assert (now[-1].component, now[-1].unit, now[-1].value) == ("digitized", "*", 0.6)


def changed(dataset: str, title: str = "") -> Scenario:
    change = Change(unit="level:commune", component="digitized", mode="floor", value=0.6)
    return Scenario(dataset=dataset, title=title, changes=(change,))


def test_the_scenario_on_the_screen_is_compared() -> None:
    app = open_page("phu_tho_2026", "compare.py", to_link(changed("phu_tho_2026")))
    assert "Đang mở" in app.multiselect(key="compare_picked").value
    standings, _, _, inputs = tables(app)
    told = forecast_answer(seen.cases()["phu_tho_2026"], changed("phu_tho_2026"))
    shown = standings[standings["Kịch bản"] == "Đang mở"]["Điểm"]
    line = told["horizons"]["year_end"]["like_the_others"]
    assert list(shown) == [line["with"]["score"]["median"]]
    assert "đơn vị dưới 60,00% đạt 60,00%" in set(inputs["Đang mở"])


@pytest.mark.parametrize("address", ["http://host:8501/simulate?d=phu_tho_2026&s={}", "{}"])
def test_a_pasted_link_is_compared(address: str) -> None:
    app = open_page("phu_tho_2026", "compare.py")
    link = to_link(changed("phu_tho_2026", "Nhóm"))  # a title that also heads a column
    open_door(app, "compare-add")
    app.text_input(key="compare_link").set_value(address.format(link)).run()
    assert not app.exception
    assert app.multiselect(key="compare_picked").value[-1] == "Nhóm (2)"
    assert "Nhóm (2)" in tables(app)[1].columns


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("1.AAAA", "đường dẫn đầy đủ"),
        (to_link(changed("binh_phuoc_2025")), "binh_phuoc_2025"),
        ("http://host/?v=nothing", "Nơi lưu trữ"),
    ],
)
def test_a_link_that_cannot_be_compared_is_refused(pasted: str, said: str) -> None:
    app = open_page("phu_tho_2026", "compare.py")
    before = app.multiselect(key="compare_picked").value
    open_door(app, "compare-add")
    app.text_input(key="compare_link").set_value(pasted).run()
    assert not app.exception
    assert app.multiselect(key="compare_picked").value == before
    assert said in " ".join(warning.value for warning in app.warning).replace("\\", "")


def test_one_scenario_alone_is_not_compared() -> None:
    app = open_page("phu_tho_2026", "compare.py")
    app.multiselect(key="compare_picked").set_value([LABELS["pace"]]).run()
    assert not app.exception
    assert "ít nhất hai" in app.info[0].value
    assert not app.dataframe
