"""What does nothing is said on the screen, and what is wrong is said in the reader's language."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from core.dataset.facts import DATA
from core.dataset.rules_csv import load_rules
from core.dataset.schema import REASONS
from core.index.rollup import PROVINCE
from core.outlook.timeline import TODAY
from core.review.guard import within
from core.scenario.files import to_link
from core.scenario.model import Assumptions, Change, RuleEdit, Scenario
from worlds import FRAME, edited, open_app, shipped

PROVINCES_OWN = Change(unit="level:commune", component="publish_on_time", mode="floor", value=0.9)


def opened(scenario: Scenario, language: str = "vi") -> str:
    """The warnings that a visitor of a scenario's link sees."""
    app = AppTest.from_file(str(FRAME), default_timeout=120)
    app.query_params["s"] = to_link(scenario)
    app.query_params["language"] = language
    app.run()
    assert not app.exception
    return " ".join(warning.value for warning in app.warning).replace("\\", "")


@pytest.mark.parametrize("dataset", ["phu_tho_2026", "binh_phuoc_2025"])
def test_a_change_that_does_nothing_is_told_when_it_is_opened(dataset: str) -> None:
    said = opened(Scenario(dataset=dataset, changes=(PROVINCES_OWN,)))
    assert "Một phần kịch bản này không có tác dụng" in said
    assert "“TTHC công bố đúng hạn – Cấp xã”: không đơn vị nào ở đó có tỷ lệ riêng" in said


def test_a_change_that_does_something_is_not_told() -> None:
    useful = Change(unit="level:commune", component="digitized", mode="floor", value=0.9)
    assert opened(Scenario(dataset="phu_tho_2026", changes=(useful,))) == ""


def test_other_rules_for_a_component_that_is_estimated_do_something() -> None:
    """Bình Phước 2025: the on-time rate of procedures' update is not published, but estimated."""
    rules = {"update_on_time": RuleEdit(max_points=1, target_rate=0.5)}
    made = Scenario(dataset="binh_phuoc_2025", assumptions=Assumptions(rules=rules))
    assert opened(made, "en") == ""
    case = shipped("binh_phuoc_2025")
    today = case.outlook(made)[TODAY]
    # 4 points, full at 100 %, become 1 point, full at 50 %
    rate = case.baseline.rate[PROVINCE, case.baseline.rules.index("update_on_time")]
    lost = min(1.0, rate / 0.5) - 4 * rate
    assert today.change == pytest.approx(lost)
    app = open_app("binh_phuoc_2025", page="method.py")
    column = load_rules(DATA / "rules.csv")["766-2022"].index("update_on_time")
    app.selectbox(key="rule_component").set_value(column).run()
    assert not any("không làm thay đổi kết quả" in info.value for info in app.info)


def expectations(path: Path) -> set[str]:
    """What a module says that it expected: of problems, and of the checks of columns."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            named = getattr(node.func, "id", "") == "Problem"
            said = node.args[4:5] if named else []
            said += [one.value for one in node.keywords if one.arg in ("error", "expected")]
        elif isinstance(node, ast.Assign):
            said = [node.value] if getattr(node.targets[0], "id", "").lower() == "expected" else []
        else:
            continue
        found |= {one.value for one in said if isinstance(one, ast.Constant)}
    return found


def test_every_expectation_is_translated() -> None:
    with (ROOT / "pages" / "locale" / "vi.po").open(encoding="utf-8") as file:
        catalog = {str(m.id) for m in read_po(file, locale="vi") if m.id and m.string}
    said = set(REASONS.values())
    for path in (ROOT / "core").rglob("*.py"):
        said |= expectations(path)
    assert len(said) > 80
    assert sorted(said - catalog) == []


def test_a_rate_that_rose_by_counting_less_is_told_on_the_overview(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A department's payment: 40 of 100 in June, 40 of 50 in September."""
    dataset, unit = edited(tmp_path / "two", date="2026-06-30", both=True)
    found = within(dataset)
    monkeypatch.setattr("pages.parts.shared.less_counted._within", lambda *_: found)
    app = open_app()
    (said,) = [one.value.replace("\\", "") for one in app.warning]
    assert "Tỷ lệ tăng vì mẫu số giảm: 1" in said
    assert "40/100" in said and "40/50" in said and "mẫu số giảm 50%" in said
    assert str(dataset.units.loc[unit, "name_vi"]) in said
    assert "Hồ sơ thanh toán trực tuyến" in said
