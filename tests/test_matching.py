"""Matching two lists of dossiers: every row is accounted for, and exactly the defects are found."""

import csv
import os
import re
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.dossiers.lists import Mapping, guess_mapping
from core.dossiers.matching import match
from core.dossiers.queries import DOSSIERS, KINDS
from core.dossiers.results.database import SETTINGS, open_base
from core.dossiers.results.matched import Matched
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError
from tests.dossier_lists import UNITS, check_accounts, check_truth, ids, write_lists

HEAD = "ma ho so,don vi,so hoa,thanh toan"
MAPPING = Mapping("ma ho so", "don vi", None, "so hoa", "thanh toan")
TWO_UNITS = pd.DataFrame({"name_vi": ["UBND xã Long Bình", "Sở Y tế"]}, index=["H10.1", "H10.2"])


def run(
    folder: Path,
    provincial: str,
    national: str,
    mapping: Mapping = MAPPING,
    units: pd.DataFrame = TWO_UNITS,
    **options: object,
) -> Matched:
    """Match two lists given as the text of their rows."""
    uploads = []
    for name, text in (("tinh.csv", provincial), ("quoc-gia.csv", national)):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        uploads.append(Upload(path, name))
    lists = open_lists(uploads, folder)
    return match((lists[0], mapping), (lists[1], mapping), units, folder, **options)


def rows(*lines: str, head: str = HEAD) -> str:
    return "\n".join([head, *lines]) + "\n"


NONE = dict.fromkeys(["heading", "total", "hidden", "outside", "free", "repaired"], 0)


def test_worked_example(tmp_path: Path) -> None:
    provincial = rows(
        "A1,UBND xã Long Bình,có,có",  # in both, all recognised
        "A2,ubnd  xã long bình,có,có",  # in both, not digitised nationally
        "A3,Xã Long Bình,x,1",  # in both, not paid nationally
        "A4,Sở Y tế,có,không",  # missing nationally
        "A5,Sở Lạ,có,không",  # unit unknown, missing nationally
        "a1 ,UBND xã Long Bình,không,có",  # A1 again
        "A6,Sở Y tế,có lẽ,không",  # flag unreadable
        ",Sở Y tế,có,không",  # no identifier
        ",,,",  # blank
        "A7,Sở Y tế,không,không",  # not digitised and not paid anywhere
    )
    national = rows(
        "A1,Sở Y tế,có,có",  # under another unit
        "A2,UBND xã Long Bình,không,có",
        "A3,UBND xã Long Bình,có,không",
        "A6,Sở Y tế,có,có",  # the province has it in an unreadable row
        "A7,Sở Y tế,không,không",
        "A8,Sở Y tế,có,có",  # only here
    )
    matched = run(tmp_path, provincial, national)

    # provincial: 10 rows = 1 blank + 2 unreadable (A6, no identifier) + 1 duplicate (a1)
    #   + 4 both (A1 A2 A3 A7) + 2 missing (A4 A5) + 0 undecided; 1 unknown unit (A5)
    # national: 6 rows = 4 both + 1 only there (A8) + 1 undecided (A6)
    assert matched.accounts.loc["provincial"].to_dict() == {
        "rows": 10, "blank": 1, "unreadable": 2, "duplicate": 1, "both": 4, "one_side": 2,
        "undecided": 0, "unknown_unit": 1, "spanning": 0, "contradicting": 1, **NONE,
    }  # fmt: skip
    assert matched.accounts.loc["national"].to_dict() == {
        "rows": 6, "blank": 0, "unreadable": 0, "duplicate": 0, "both": 4, "one_side": 1,
        "undecided": 1, "unknown_unit": 0, "spanning": 0, "contradicting": 0, **NONE,
    }  # fmt: skip
    found = {kind: ids(matched, kind) for kind in KINDS}
    assert found == {
        "missing": ["A4", "A5"],
        "not_digitized": ["A2"],
        "digitized_only_national": [],
        "digitized_nowhere": ["A7"],
        "not_paid": ["A3"],
        "paid_only_national": [],
        "paid_nowhere": ["A7"],
        "only_national": ["A8"],
        "other_unit": ["A1"],
        "undecided": ["A6"],
        "contradicting": ["A1"],
        "outside": [],
        "duplicates": ["a1"],
        "unknown_units": ["A5"],
        "unreadable": ["A6", ""],
    }
    units = matched.units
    assert list(units.index) == ["H10.1", "H10.2", ""]
    assert units.loc["H10.1", ["provincial", "both", "missing"]].tolist() == [3, 3, 0]
    assert units.loc["H10.2", ["provincial", "both", "missing", "only_national"]].tolist() == [
        2, 1, 1, 1,
    ]  # fmt: skip
    assert units.loc["", ["provincial", "missing"]].tolist() == [1, 1]
    # Long Bình digitised: A2 and A3 for the province, whose two rows of A1 contradict each other;
    # nationally A1 and A3
    assert units.loc["H10.1", ["provincial_digitized", "national_digitized"]].tolist() == [2, 2]
    assert matched.compared == ("digitized", "paid")
    duplicate = matched.table("duplicates").iloc[0]
    assert (duplicate["line"], duplicate["first_line"], duplicate["differs"]) == (7, 2, True)
    bad = matched.table("unreadable")
    assert bad[["list", "line", "reason", "column", "value"]].values.tolist() == [
        ["provincial", 8, "digitized", "so hoa", "có lẽ"],
        ["provincial", 9, "no_id", "ma ho so", ""],
    ]
    assert matched.unknown[["unit_in_file", "problem", "provincial"]].values.tolist() == [
        ["Sở Lạ", "unknown", 1]
    ]


@pytest.mark.parametrize(("count", "each"), [(4000, 13), (1_000_000, 1000)])
def test_known_defects_are_found_exactly(tmp_path: Path, count: int, each: int) -> None:
    provincial, national, truth = write_lists(tmp_path, count=count, each=each, seed=7)
    lists = open_lists([Upload(provincial, "p"), Upload(national, "n")], tmp_path)
    sides = [(opened, guess_mapping(opened.columns)) for opened in lists]
    heard: list[tuple[float, str]] = []
    matched = match(*sides, UNITS, tmp_path, lambda done, stage: heard.append((done, stage)))
    check_truth(matched, truth)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == 1
    assert list(dict.fromkeys(stage for _, stage in heard)) == [
        "read_provincial", "read_national", "match", "count",
    ]  # fmt: skip


CELLS = st.tuples(
    st.sampled_from(["A1", "a1 ", "A2", "B7", "Đ9", "007", "7", "", " "]),
    st.sampled_from(["UBND xã Long Bình", "XÃ LONG BÌNH", "Sở Y tế", "H10.2", "Sở Lạ", ""]),
    st.sampled_from(["có", "x", "0", "Chưa", "?", ""]),
    st.sampled_from(["đã thanh toán", "TRUE", "không", "lúc nào"]),
)
CODES = {"ubnd xã long bình": 1, "xã long bình": 1, "sở y tế": 2, "h10.2": 2}
FLAGS = {"có": True, "x": True, "0": False, "Chưa": False, "đã thanh toán": True, "TRUE": True}


def simply(list_of_cells: list[tuple[str, ...]]) -> tuple[dict[str, tuple], set[str], Counter]:
    """A list read in the plainest way: dossiers, identifiers in unreadable rows, kinds of row."""
    dossiers: dict[str, tuple] = {}
    unread: set[str] = set()
    kinds: Counter = Counter()
    said: dict[str, list[tuple]] = {}
    flags = FLAGS | {"không": False}
    for key, unit, digitized, paid in list_of_cells:
        key = key.strip().upper()
        if digitized not in flags or paid not in flags or not key:
            kinds["unreadable"] += 1
            unread |= {key} - {""}
        elif key in dossiers:
            kinds["duplicate"] += 1
        else:
            dossiers[key] = (CODES.get(unit.lower()), flags[digitized], flags[paid])
        said.setdefault(key, []).append((flags.get(digitized), flags.get(paid)))
    for key, (unit, *_) in dossiers.items():
        known = [flags for flags in said[key] if None not in flags]
        agreed = [set(each).pop() if len(set(each)) == 1 else None for each in zip(*known)]  # noqa: B905
        dossiers[key] = (unit, *agreed)
    return dossiers, unread, kinds


def in_doubt(here: set[str], there: set[str]) -> set[str]:
    """Of the codes that one list alone has, those that only leading zeros keep apart: nobody knows
    whether they are one dossier. One or two that meet may be chance, unless a list has no more; and
    nothing is in doubt where two of one list would become one."""
    pairs = [(a, b) for a in here for b in there if bare(a) == bare(b)]
    enough = min(3, len(here), len(there))
    single = all(len(set(side)) == len(pairs) for side in zip(*pairs, strict=True))
    return {code for pair in pairs for code in pair} if single and len(pairs) >= enough else set()


def bare(code: str) -> str:
    return re.sub(r"^0+(?=\d)", "", code)


def row(key: str) -> tuple[str, ...]:
    return (key, "UBND xã Long Bình", "có", "đã thanh toán")


@hypothesis_settings(max_examples=15)
@given(st.lists(CELLS, max_size=30), st.lists(CELLS, max_size=30))
@example([row("007")], [row("7")])  # all that either list has alone
@example([row("A1"), row("007"), row("B7")], [row("7"), row("A1")])  # of one list, all it has alone
@example([row("007"), row("A2")], [row("7"), row("B7")])  # one of two: may be chance
@example([row("7"), row("007")], [row("7")])  # the other one has its partner
@example([row("007")], [row("7"), (*row("007")[:2], "?", "TRUE")])  # in a row that can't be read
def test_agrees_with_a_plain_dictionary(tmp_path_factory, provincial, national) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("lists")
    matched = run(folder, *(rows(*map(",".join, side)) for side in (provincial, national)))
    (here, here_unread, here_kinds), (there, there_unread, there_kinds) = map(
        simply, (provincial, national)
    )
    expected: dict[str, set[str]] = {
        # where one list has nothing that can be read, nothing is called missing from it
        "missing": here.keys() - there.keys() - there_unread if there else set(),
        "only_national": there.keys() - here.keys() - here_unread if here else set(),
        "undecided": (here.keys() - there.keys()) & (there_unread if there else here.keys())
        | (there.keys() - here.keys()) & (here_unread if here else there.keys()),
        "not_digitized": {
            k for k in here.keys() & there.keys() if (here[k][1], there[k][1]) == (True, False)
        },
        "not_paid": {
            k for k in here.keys() & there.keys() if (here[k][2], there[k][2]) == (True, False)
        },
        "paid_nowhere": {
            k for k in here.keys() & there.keys() if here[k][2] is there[k][2] is False
        },
        "other_unit": {
            k
            for k in here.keys() & there.keys()
            if None not in (here[k][0], there[k][0]) and here[k][0] != there[k][0]
        },
    }
    doubted = in_doubt(expected["missing"], expected["only_national"])
    for kind in ("missing", "only_national"):
        expected[kind] -= doubted
    expected["undecided"] |= doubted
    with open_base(matched.folder):  # open all the while: to start a database takes longest
        assert {kind: {key.upper() for key in ids(matched, kind)} for kind in expected} == expected
    check_accounts(matched)
    for side, kinds, cells in (
        ("provincial", here_kinds, provincial),
        ("national", there_kinds, national),
    ):
        account = matched.accounts.loc[side]
        assert account["rows"] == len(cells)
        assert account["unreadable"] == kinds["unreadable"]
        assert account["duplicate"] == kinds["duplicate"]
    matched.remove()


def test_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    lines = [f"A{n},Sở Y tế,{'có' if n % 3 else 'không'},có" for n in range(50)]
    other = [f"A{n},Sở Y tế,{'có' if n % 2 else 'không'},có" for n in range(10, 60)]
    first = run(tmp_path, rows(*lines), rows(*other))
    again = run(tmp_path, rows(*lines[::-1]), rows(*other[::-1]))
    pd.testing.assert_frame_equal(first.units, again.units)
    with open_base(first.folder), open_base(again.folder):
        for kind in DOSSIERS:
            assert sorted(ids(first, kind)) == sorted(ids(again, kind))


def test_swapping_the_lists_swaps_the_sides(tmp_path: Path) -> None:
    left = rows(*(f"A{n},Sở Y tế,{'có' if n % 3 else 'không'},có" for n in range(30)))
    right = rows(*(f"A{n},Sở Y tế,có,{'có' if n % 2 else 'không'}" for n in range(10, 45)))
    one, two = run(tmp_path, left, right), run(tmp_path, right, left)
    swaps = [("missing", "only_national"), ("not_digitized", "digitized_only_national")]
    for here, there in [*swaps, ("not_paid", "paid_only_national")]:
        assert one.units[here].tolist() == two.units[there].tolist()
        assert one.units[there].tolist() == two.units[here].tolist()


def test_a_list_against_itself_has_no_defect(tmp_path: Path) -> None:
    text = rows(*(f"00{n},Sở Y tế,{'có' if n % 3 else 'không'},có" for n in range(40)))
    matched = run(tmp_path, text, text)
    assert matched.accounts["both"].tolist() == [40, 40]
    none = set(DOSSIERS) - {"digitized_nowhere", "paid_nowhere"}
    assert {kind: len(matched.table(kind)) for kind in none} == dict.fromkeys(none, 0)


def test_leading_zeros_are_kept(tmp_path: Path) -> None:
    matched = run(tmp_path, rows("007,Sở Y tế,có,có"), rows('7,Sở Y tế,có,có\n"=""007""",,có,có'))
    assert matched.accounts["both"].tolist() == [1, 1]
    assert ids(matched, "only_national") == ["7"]


def test_an_identifier_that_excel_made_a_number_is_not_read(tmp_path: Path) -> None:
    text = rows("1.23457E+12,Sở Y tế,có,có", '"1,23E+12",Sở Y tế,có,có', "12E5,Sở Y tế,có,có")
    matched = run(tmp_path, text, rows("X,,có,có"))
    assert matched.table("unreadable")["reason"].tolist() == ["number_id", "number_id"]
    assert ids(matched, "missing") == ["12E5"]


def test_damaged_letters_are_reported_and_not_matched(tmp_path: Path) -> None:
    matched = run(tmp_path, rows("A\ufffd1,Sở Y tế,có,có", "A2,Sở Y tế,có,có"), rows("A2,,có,có"))
    assert matched.table("unreadable")[["line", "reason"]].values.tolist() == [[2, "damaged"]]


def test_own_words_for_yes_and_no(tmp_path: Path) -> None:
    mapping = Mapping(
        "ma ho so", "don vi", None, "so hoa", "thanh toan", ("Trực tuyến",), ("Tiền mặt", "")
    )
    text = rows("A1,Sở Y tế,trực tuyến,TIỀN MẶT", "A2,Sở Y tế,,có")
    matched = run(tmp_path, text, text, mapping)
    assert matched.accounts["unreadable"].tolist() == [0, 0]
    assert matched.units.loc["H10.2", ["provincial_digitized", "provincial_paid"]].tolist() == [
        1, 1,
    ]  # fmt: skip
    assert run(tmp_path, text, text).accounts["unreadable"].tolist() == [2, 2]


def test_what_is_not_mapped_is_not_compared(tmp_path: Path) -> None:
    mapping = Mapping("ma ho so", "don vi", paid="thanh toan")
    text = rows("A1,Sở Y tế,bất kỳ,có")
    matched = run(tmp_path, text, text, mapping)
    assert matched.compared == ("paid",)
    assert matched.units["not_digitized"].isna().all()
    assert matched.units["provincial_digitized"].isna().all()
    assert matched.units.loc["H10.2", "provincial_paid"] == 1


def test_names_of_units(tmp_path: Path) -> None:
    units = pd.DataFrame(
        {
            "name_vi": [
                *("UBND tỉnh X", "UBND huyện Phú Riềng", "UBND huyện Bù Đốp"),
                *("UBND xã Hoà A", "UBND xã Tân Tiến", "UBND xã Tân Tiến"),
            ],
            "parent": [None, "T", "T", "H1", "H1", "H2"],
        },
        index=["T", "H1", "H2", "C1", "C2", "C3"],
    )
    names = {
        "Xã Hòa A": "C1",  # the other placing of the tone mark, no UBND
        "Ủy ban nhân dân xã Hoà A": "C1",
        "Uỷ ban nhân dân xã Hòa A": "C1",
        '"Xã Tân Tiến, huyện Bù Đốp"': "C3",
        '"UBND xã Tân Tiến ,UBND huyện Phú Riềng"': "C2",
        "xã tân tiến": "",  # two units have this name
        "c1": "C1",  # a code
        "Trung tâm cũ": "H1",  # by alias
        "XA\u0303 HO\u0300A A": "C1",  # letters and marks apart
    }
    text = rows(*(f"A{n},{name},có,có" for n, name in enumerate(names)))
    matched = run(tmp_path, text, text, units=units, aliases={"Trung tâm  CŨ": "H1"})
    counts = {unit: n for unit, n in matched.units["both"].items() if n}
    assert counts == Counter(names.values())
    assert matched.unknown[["unit_in_file", "problem"]].values.tolist() == [
        ["xã tân tiến", "ambiguous"]
    ]
    with pytest.raises(ValueError, match="unknown unit code 'H9'"):
        run(tmp_path, text, text, units=units, aliases={"Trung tâm cũ": "H9"})


def test_download_for_excel(tmp_path: Path) -> None:
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\ttab", "＝2+2"]
    lines = [f'"{text}","=cmd|\' /C calc\'!A0",có,có' for text in evil]
    matched = run(tmp_path, rows(*lines, 'ok,"xã ""A"", B",có,có'), rows("X,Sở Y tế,có,có"))
    path = tmp_path / "missing.csv"
    assert matched.write_csv("missing", path) == 7
    assert path.read_bytes().startswith("\ufeffMã đơn vị;Đơn vị;Mã hồ sơ;".encode())
    written = list(csv.DictReader(path.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    assert [row["Mã hồ sơ"] for row in written] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "tab", "'＝2+2", "ok",
    ]  # fmt: skip
    assert [row["Đơn vị ghi trong tệp"] for row in written[-2:]] == [
        "'=cmd|' /C calc'!A0",
        'xã "A", B',
    ]
    assert written[0]["Số hóa (tỉnh)"] == "có"
    lines_read = csv.reader(path.open(encoding="utf-8-sig", newline=""), delimiter=";")
    cells = [cell for row in lines_read for cell in row]
    assert not [cell for cell in cells if cell[:1] and cell[0] in "=+-@\t\r\n＝"]
    assert matched.write_csv("missing", path, unit="H10.1") == 0
    assert matched.write_csv("unknown_units", path, lang="en") == 7
    assert "not among the units" in path.read_text(encoding="utf-8-sig")


# the list separators of Excel in the two languages
@pytest.mark.parametrize(("lang", "separator"), [("vi", ";"), ("en", ",")])
def test_every_kind_can_be_downloaded(tmp_path: Path, lang: str, separator: str) -> None:
    provincial, national, _ = write_lists(tmp_path, count=300, each=3, seed=1)
    lists = open_lists([Upload(provincial, "p"), Upload(national, "n")], tmp_path)
    matched = match(*((one, guess_mapping(one.columns)) for one in lists), UNITS, tmp_path)
    with open_base(matched.folder):  # open all the while, as above
        for kind in KINDS:
            path = tmp_path / f"{kind}.csv"
            count = matched.write_csv(kind, path, lang=lang)
            table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, sep=separator)
            assert len(table) == count == len(matched.table(kind))
            assert table.shape[1] == matched.table(kind).shape[1]
    with pytest.raises(ValueError, match="unknown kind 'pair; DROP TABLE pair'"):
        matched.table("pair; DROP TABLE pair")


def test_all_problems_of_both_mappings_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="one of the headings ma ho so, don vi") as caught:
        run(tmp_path, rows("A,B,1,1"), rows("A,B,1,1"), Mapping(unit="co quan", paid="so hoa"))
    places = [(p.file, p.line, p.column, p.value) for p in caught.value.problems]
    assert places == [
        ("tinh.csv", 1, "dossier_id", None),
        ("tinh.csv", 1, "unit", "co quan"),
        ("quoc-gia.csv", 1, "dossier_id", None),
        ("quoc-gia.csv", 1, "unit", "co quan"),
    ]
    assert not list(tmp_path.glob("matched-*"))


def test_text_of_an_upload_is_never_a_query(tmp_path: Path) -> None:
    evil = "x'); DROP TABLE pair; --"
    head = f'"ma ho so","don vi","so hoa""; DROP TABLE pair; --","{evil}"'
    mapping = Mapping("ma ho so", "don vi", None, 'so hoa"; DROP TABLE pair; --', evil)
    units = pd.DataFrame({"name_vi": [evil]}, index=["' OR 1=1 --"])
    text = rows(f'"{evil}","{evil}",1,1', "A,read_csv('/etc/passwd'),1,1", head=head)
    matched = run(tmp_path, text, text, mapping, units)
    assert matched.accounts["both"].tolist() == [2, 2]
    assert len(matched.table("other_unit", unit="' OR 1=1 --")) == 0


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_csv('{file}')",
        "FROM '{file}'",
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
    ],
)
def test_the_database_reaches_nothing_outside(tmp_path: Path, query: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a,b\n1,2\n")
    refused = pytest.raises(duckdb.Error, match=r"disabled|Cannot enable external access")
    with duckdb.connect(config=dict(SETTINGS)) as base, refused:
        base.execute(query.format(file=file))


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    class StopError(BaseException):
        pass

    def stop(done: float, stage: str) -> None:
        if stage == "match":
            raise StopError("enough")

    text = rows("A,Sở Y tế,1,1")
    with pytest.raises(StopError, match="enough"):
        run(tmp_path, text, text, progress=stop)
    assert not list(tmp_path.glob("matched-*"))


def test_remove_deletes_the_rows(tmp_path: Path) -> None:
    text = rows("A,Sở Y tế,1,1")
    matched = run(tmp_path, text, text)
    assert os.path.exists(matched.folder)
    matched.remove()
    assert not os.path.exists(matched.folder)
    assert matched.accounts.loc["national", "both"] == 1
