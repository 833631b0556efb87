"""`python -m core match`: two lists compared on the command line, as JSON and in words."""

import json
from pathlib import Path

import pytest

from core.__main__ import main

HEAD = "Mã hồ sơ;Đơn vị;Ngày tiếp nhận;Số hóa;Thanh toán"
DATASET = ("--dataset", "phu_tho_2026")


def write(path: Path, code: str, numbers: range) -> str:
    lines = [f"{code}-260302-{n:04};Sở Công Thương;{n:02}/03/2026;có;có" for n in numbers]
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return str(path)


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["match", *arguments, *DATASET, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_accounts_findings_and_the_all_clear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = write(tmp_path / "a.csv", "H44.17", range(1, 21))
    theirs = write(tmp_path / "b.csv", "H44.17", range(1, 19))
    answer = ask(capsys, ours, theirs)
    assert answer["accounts"]["provincial"]["rows"] == 20  # type: ignore[index]
    assert answer["accounts"]["national"]["period"] == ["2026-03-01", "2026-03-18"]  # type: ignore[index]
    found = {name: count for name, count in answer["found"].items() if count}  # type: ignore[attr-defined]
    assert found == {"missing": 2}
    assert answer["all_clear"] is False and answer["warnings"] == []
    assert ask(capsys, ours, ours)["all_clear"] is True


def test_codes_of_two_forms_are_a_warning_and_a_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = write(tmp_path / "a.csv", "000.00.17.H44", range(1, 21))
    theirs = write(tmp_path / "b.csv", "H44.17", range(1, 21))
    answer = ask(capsys, ours, theirs)
    (warning,) = answer["warnings"]  # type: ignore[misc]
    assert warning["kind"] == "two_code_forms"  # type: ignore[index]
    assert answer["offer"]["rules"] == ["organisation"]  # type: ignore[index]
    assert answer["found"]["missing"] == 0 and answer["all_clear"] is False  # type: ignore[index]
    assert ask(capsys, ours, theirs, "--rule", "organisation")["all_clear"] is True
    missing = ask(capsys, ours, theirs, "--as-written")["found"]["missing"]  # type: ignore[index]
    assert missing == 20


def test_a_folder_of_files_and_a_table_of_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tinh"
    folder.mkdir()
    write(folder / "1.csv", "H44.17", range(1, 11))
    write(folder / "2.csv", "H44.17", range(11, 21))
    theirs = write(tmp_path / "b.csv", "H44.17", range(1, 21))
    answer = ask(capsys, str(folder), theirs)
    assert answer["all_clear"] is True
    assert answer["accounts"]["provincial"]["files"] == ["1.csv", "2.csv"]  # type: ignore[index]
    names = tmp_path / "ten.csv"
    names.write_text("ten cu;don vi moi\nSở CT;Sở Không Có\n", encoding="utf-8")
    assert main(["match", theirs, theirs, *DATASET, "--names", str(names)]) == 2
    assert "ten.csv, line 2, column don vi moi: 'Sở Không Có'" in capsys.readouterr().err


def test_files_that_are_not_there_or_counts_end_in_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = tmp_path / "dem.csv"
    counts.write_text("STT;Đơn vị;Số hồ sơ tiếp nhận;Đã số hóa\n1;Sở Y tế;107;56\n")
    assert main(["match", str(tmp_path / "none"), str(counts), *DATASET]) == 2
    said = capsys.readouterr().err
    assert "expected a file that can be read (no such file)" in said
    assert "this is a table of counts by unit" in said
    assert "Traceback" not in said
