"""core/dossiers/buckets: however many buckets and whoever matches them, the answer is the same."""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from core.dossiers.buckets.spill import _buckets, _cut_up
from core.dossiers.buckets.whole import match_in_buckets
from core.dossiers.judging.choices import Choices
from core.dossiers.judging.forms import OFFERS, rewrite
from core.dossiers.judging.forms import written as in_the_database
from core.dossiers.lists import guess_mapping
from core.dossiers.matching import Parts, match
from core.dossiers.queries import KINDS
from core.dossiers.results.matched import Matched
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError
from dossier_lists import UNITS, check_truth, write_lists

HEADER = ("Mã hồ sơ", "Đơn vị", "Ngày tiếp nhận", "Số hóa", "Thanh toán")
Row = tuple[str, ...]


def opened(folder: Path, files: Sequence[Path]) -> Parts:
    lists = open_lists([Upload(path, path.name) for path in files], folder)
    return tuple((one, guess_mapping(one.columns)) for one in lists)


def written(folder: Path, name: str, rows: Iterable[Row]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    path = folder / f"{name}.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def assert_same(found: Matched, expected: Matched) -> None:
    """To the row: figures, what a reader is told, and the rows of every kind."""
    for name in ("accounts", "units", "reasons", "unknown", "rates"):
        assert_frame_equal(getattr(found, name), getattr(expected, name), obj=name)
    assert found.cautions == expected.cautions
    assert found.periods == expected.periods
    assert found.files == expected.files
    assert found.offer == expected.offer
    for kind in KINDS:
        tables = [one.table(kind, limit=10**6) for one in (found, expected)]
        assert_frame_equal(*tables, obj=kind)


def compare(
    folder: Path, lists: tuple[Parts, Parts], buckets: int, choices: Choices | None = None
) -> Matched:
    """Both ways; returns what was found."""
    expected = match(*lists, UNITS, folder, choices=choices)
    found = match_in_buckets(*lists, UNITS, folder, buckets=buckets, choices=choices)
    assert_same(found, expected)
    assert not list(folder.glob("pieces-*"))  # the lists are gone
    return found


# --- one answer ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """Two lists with known defects, and what `match` makes of them."""
    folder = tmp_path_factory.mktemp("known")
    *files, truth = write_lists(folder, 200, 2, seed=7)
    lists = tuple(opened(folder, [path]) for path in files)
    return folder, lists, truth, match(*lists, UNITS, folder)


@pytest.mark.parametrize(
    ("executor", "buckets"), [("serial", 1), ("serial", 7), ("processes", 2), ("spark", 2)]
)
def test_every_executor_finds_the_known_defects_and_the_same_rows(
    known: tuple, executor: str, buckets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spark starts a Java of its own, which takes some ten seconds."""
    if executor == "spark":
        if find_spec("pyspark") is None or shutil.which("java") is None:
            pytest.skip("pyspark (requirements-spark.txt) or Java is not installed")
        # so few rows are not worth what Java does to be fast
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    folder, lists, truth, expected = known
    found = match_in_buckets(*lists, UNITS, folder, executor=executor, buckets=buckets)
    check_truth(found, truth)
    assert_same(found, expected)


def days(first: int, count: int, form: str = "{:02d}/03/2025") -> list[str]:
    return [form.format(first + number) for number in range(count)]


def rows(codes: Iterable[str], dates: Iterable[str]) -> list[Row]:
    return [(code, "UBND xã Số 1", day, "có", "không") for code, day in zip(codes, dates)]  # noqa: B905


ORGANISED = [f"000.00.01.H10-250301-{n:04d}" for n in range(20)]
TURNED = [f"H10.01-250301-{n:04d}" for n in range(20)]
OTHERS = [f"H10.02-250301-{n:04d}" for n in range(500, 520)]
SAME = [f"H10.03-250301-{n:04d}" for n in range(20)]
LOST = [f"{10**14 + 97 * n}00000" for n in range(20)]  # of 20 digits the last five are lost
CASES = {  # provincial rows, national rows, a kind of caution that shows the case to be met
    "codes in two forms": (
        rows(ORGANISED + SAME, days(1, 20) * 2), rows(TURNED + SAME, days(1, 20) * 2),
        "two_code_forms",
    ),
    "codes that hardly meet": (
        rows(SAME[:1] + OTHERS, days(1, 21)), rows(SAME, days(1, 20)), "codes_hardly_meet",
    ),
    "other periods": (
        rows(SAME + OTHERS, days(1, 20) + days(11, 20)), rows(SAME, days(1, 20)),
        "different_periods",
    ),
    "months first, told by itself": (
        rows(SAME, days(1, 20, "03/{:02d}/2025")), rows(SAME, days(1, 20)), "month_first",
    ),
    "months first, told by the other": (
        rows(SAME[:12], days(1, 12, "03/{:02d}/2025")), rows(SAME[:12], days(1, 12)),
        "month_first",
    ),
    "numbers that lost digits": (
        rows(SAME + LOST, days(1, 20) * 2), rows(SAME, days(1, 20)), "lost_digits",
    ),
    "nothing that can be read": (
        rows(LOST, days(1, 20)), rows(SAME, days(1, 20)), "empty_list",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_only_the_whole_can_tell_is_decided_of_the_whole(tmp_path: Path, case: str) -> None:
    ours, theirs, kind = CASES[case]
    lists = (
        opened(tmp_path, [written(tmp_path, "ours", ours)]),
        opened(tmp_path, [written(tmp_path, "theirs", theirs)]),
    )
    found = compare(tmp_path, lists, 3)
    assert kind in {caution.kind for caution in found.cautions}


CODES = st.sampled_from(
    ["", "Tổng cộng", "000.00.01.H10-1", *ORGANISED[:3], *TURNED[:3], *SAME[:6], *LOST[:3],
     "h10.03-250301-0001", "H44.01-1", "1.2E+12", "12/03/2025", "H10.03‐250301‐0002"]
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        CODES,
        st.sampled_from(["UBND xã Số 1", "UBND xã Số 2", "Xã không có", ""]),
        st.sampled_from(["05/03/2025", "03/05/2025", "28/03/2025", "03/28/2025", "", "x"]),
        st.sampled_from(["có", "không", "", "?"]),
        st.sampled_from(["1", "0", "miễn phí", "?"]),
    ),
    max_size=25,
)


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(
    sides=st.tuples(st.lists(ROWS, min_size=1, max_size=2), st.lists(ROWS, min_size=1, max_size=2)),
    buckets=st.sampled_from([1, 2, 7]),
    keep=st.sampled_from(["agree", "latest", "any", "first"]),
    rules=st.sampled_from([(), ("organisation",), ("zeros", "separators")]),
)
def test_any_two_lists_are_matched_the_same(
    sides: tuple[list[list[Row]], list[list[Row]]], buckets: int, keep: str, rules: tuple[str, ...]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lists = tuple(
            opened(folder, [written(folder, f"{side}{n}", part) for n, part in enumerate(parts)])
            for side, parts in zip("ab", sides, strict=True)
        )
        compare(folder, lists, buckets, Choices(rules=rules, keep=keep))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    codes=st.lists(
        st.one_of(CODES, st.text("0123456789.-/H1ĐZ \n'", max_size=30), st.text(max_size=12)),
        min_size=1,
        max_size=20,
    ),
    rules=st.sampled_from(OFFERS),
)
def test_the_database_writes_codes_as_they_are_written_when_a_rule_is_agreed_to(
    codes: list[str], rules: tuple[str, ...]
) -> None:
    codes = [code.replace("\0", "") for code in codes]
    with duckdb.connect() as base:
        base.register("code", pa.table({"place": range(len(codes)), "key": codes}))
        query = f"SELECT {in_the_database(rules)} FROM code ORDER BY place"
        found = [code for (code,) in base.execute(query).fetchall()]
    assert found == rewrite(pa.array(codes, pa.string()), rules).to_pylist()


# --- pieces --------------------------------------------------------------------------------------


def test_a_code_has_one_bucket_wherever_and_whenever_it_is_asked_for() -> None:
    """The numbers are those of SipHash-2-4 as pandas has it: a change would part the two sides of
    lists that are already on a disk."""
    keys, lines = (
        pa.array(["H10.03-250301-0001", "", "", "H44.01-1"]),
        pa.chunked_array([[1, 9, 5, 2]]),
    )
    assert _buckets(keys, lines, 7).tolist() == _buckets(keys, lines, 7).tolist()
    assert _buckets(keys, lines, 7).tolist()[1:3] == [2, 5]  # without a code: by the line


def test_rows_are_cut_by_province_and_none_is_lost() -> None:
    codes = ["H10.03-1", "000.00.17.H44-2", "123", "", "H10.03-4"]
    table = pa.table({"key": codes, "line": [1, 2, 3, 4, 5]})
    found: dict[str, list[int]] = {}
    for (province, bucket), part in _cut_up(table, 2):
        assert 0 <= bucket < 2
        found.setdefault(province, []).extend(part["line"].to_pylist())
    assert {name: sorted(lines) for name, lines in found.items()} == {
        "H10": [1, 5], "H44": [2], "none": [3, 4],
    }  # fmt: skip


def test_many_codes_are_spread_evenly() -> None:
    keys = pa.array([f"H10.03-250301-{n:07d}" for n in range(20_000)])
    counts = np.bincount(_buckets(keys, pa.chunked_array([range(20_000)]), 7), minlength=7)
    assert counts.min() > 0.9 * 20_000 / 7


def test_spark_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyspark", "pyspark.errors", "pyspark.sql"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    lists = [opened(tmp_path, [written(tmp_path, name, rows(SAME, days(1, 20)))]) for name in "ab"]
    with pytest.raises(DataError, match=r"requirements-spark\.txt\) and Java 17"):
        match_in_buckets(*lists, UNITS, tmp_path, executor="spark")
    assert not list(tmp_path.glob("pieces-*")) and not list(tmp_path.glob("matched-*"))
