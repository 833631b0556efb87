"""Hundreds of odd, hostile and huge inputs, the same ones on every run: links, scenario files,
lists of dossiers, and texts that people type. Each ends in an answer or in a sentence of ours."""

import base64
import io
import json
import random
import socket
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.dossiers.lists import Mapping, guess_mapping
from core.dossiers.matching import match
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError
from core.scenario.files import dump, from_link, parse, to_link
from core.scenario.model import Change as OneChange
from core.scenario.model import Scenario, set_change
from pages.parts.words import text
from tests.dossier_lists import check_accounts

LINKS, FILES, LISTS, TEXTS = 500, 300, 200, 1400
ODD = [  # what breaks programs that trust their input
    "", " ", "\0", "\ufeff", "\u202egnp.exe", "a\u0301", "\u200b", "\U0001f600", "\ud800", "İ", "ß",
    "NaN", "sNaN", "-Infinity", "1e999", "1e-999", "0x1F", "1_000", "٣", "½", "−", "--1", "1,2,3",
    "=1+1", "@SUM(A1)", "+cmd|'/C calc'!A0", "<script>alert(1)</script>", "&lt;b&gt;", "{0}",
    "{name}", "{0.__class__}", "%s%n", "$HOME", "`id`", "'; DROP TABLE pair; --", '"', '""', "'",
    "../../etc/passwd", "C:\\nul", "file:///etc/passwd", "https://evil.example", "www.evil.example",
    "a@b.vn", "[a](javascript:alert(1))", "![x](https://evil.example/p)", "**", "$$x$$", ":red[x]",
    ":material/home:", "\\", "\r\n", "\t", ",", ";", "|", "null", "true", "[]", "9" * 400,
    "a" * 5000, "\u0300" * 500, "ệ" * 3000, "(" * 2000, "[" * 3000,
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No address is looked up and none is called."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("called outside")

    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def odd(chance: random.Random) -> str:
    """An odd text, or several in a row."""
    return "".join(chance.choices(ODD, k=chance.choice([1, 1, 1, 2, 3])))


def refused(error: DataError) -> None:
    """A refusal names what it expected, on one line that people may see."""
    assert error.problems
    for problem in error.problems:
        shown = text.problem(problem)
        assert shown and "\n" not in shown and "Traceback" not in shown
        assert len(shown) < 4000


def damage(raw: bytes, chance: random.Random) -> bytes:
    """Bytes changed, cut, doubled or grown at a random place."""
    at = chance.randrange(len(raw) + 1)
    junk = odd(chance).encode("utf-8", "surrogatepass")
    return chance.choice(
        [
            raw[:at],
            raw[:at] + junk + raw[at:],
            raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :],
            raw + raw,
            raw[at:],
            junk,
        ]
    )


def scenario(chance: random.Random) -> Scenario:
    """A good scenario of a few changes."""
    made = Scenario(dataset="binh_phuoc_2025", dataset_version="1", title="Bản nháp ệ")
    for at in range(chance.randrange(1, 5)):
        change = {"unit": f"xa_{at}", "component": "digitised_dossiers", "mode": "set"}
        made = set_change(made, OneChange.model_validate({**change, "value": chance.random()}))
    return made


def read_or_refuse(read: Callable[[], Scenario]) -> bool:
    """Whether it was read; what was read can be written and read again, with nothing lost."""
    try:
        found = read()
    except DataError as error:
        refused(error)
        return False
    assert parse(dump(found)) == found
    return True


def odd_json(chance: random.Random) -> bytes:
    """A scenario's JSON with odd values, keys and types in it."""
    data = json.loads(dump(scenario(chance)))
    values = [odd(chance), chance.choice([None, True, -1, 10**400, 1e308, [], {}, [[]] * 9])]
    value = chance.choice(values)
    target = chance.choice([data, *data["changes"]])
    key = chance.choice([*target, odd(chance)])
    target[key] = value
    return json.dumps(data).encode()


def test_five_hundred_links() -> None:
    chance, read = random.Random(1), 0
    for number in range(LINKS):
        link = to_link(scenario(chance))
        if number % 4 == 1:
            link = damage(link.encode(), chance).decode("utf-8", "replace")
        elif number % 4 == 2:
            raw = damage(odd_json(chance), chance) if number % 8 == 2 else odd_json(chance)
            link = "1." + base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")
        elif number % 4 == 3:
            link = chance.choice(["1.", "", "2.", "1.."]) + odd(chance)
        read += read_or_refuse(lambda link=link: from_link(link))  # type: ignore[misc]
    assert LINKS / 4 <= read < LINKS  # the good quarter, and those whose damage is none


def test_three_hundred_scenario_files() -> None:
    chance, read = random.Random(2), 0
    bomb = b'{"version": 1, "changes": ' + b"[" * 200_000
    for number in range(FILES):
        raw = dump(scenario(chance)).encode()
        raw = [raw, damage(raw, chance), odd_json(chance)][number % 3]
        if number % 50 == 7:
            raw = chance.choice([bomb, raw + b" " * 2_000_000, raw.decode().encode("utf-16")])
        read += read_or_refuse(lambda raw=raw: parse(raw, odd(chance)))  # type: ignore[misc]
    assert FILES / 3 <= read < FILES


def odd_list(chance: random.Random) -> bytes:
    """A list of dossiers with odd cells, rows too long and too short, and broken marks."""
    cut = chance.choice(",;\t|")
    heading = cut.join(["Mã hồ sơ", "Đơn vị", "Ngày", "Số hóa", "Thanh toán"])
    rows = [heading]
    for at in range(chance.randrange(40)):
        cells = [f"H{chance.randrange(30)}", chance.choice(["Sở A", "Sở B", odd(chance)])]
        cells += [
            "1/2/2025",
            chance.choice(["có", "không", odd(chance)]),
            chance.choice(["1", "0"]),
        ]
        if at % 5 == 1:
            cells[chance.randrange(5)] = odd(chance)
        if at % 7 == 1:
            cells = cells[: chance.randrange(6)]
        rows.append(cut.join(cells))
    raw = "\n".join(rows).encode("utf-8", "replace")
    return damage(raw, chance) if chance.random() < 0.3 else raw


def odd_upload(chance: random.Random, number: int) -> bytes:
    if number % 40 == 9:  # a zip that is no workbook, or a damaged one
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("xl/workbook.xml", odd(chance).encode("utf-8", "replace"))
        return damage(packed.getvalue(), chance)
    raw = odd_list(chance)
    return raw.decode("utf-8", "replace").encode("utf-16") if number % 9 == 4 else raw


def test_two_hundred_lists(tmp_path: Path) -> None:
    chance, matched = random.Random(3), 0
    units = pd.DataFrame({"name_vi": ["Sở A", "Sở B"]}, index=["a", "b"])
    good = tmp_path / "good"
    good.write_text("Mã hồ sơ,Số hóa,Thanh toán\n" + "".join(f"H{n},có,1\n" for n in range(20)))
    other = open_lists([Upload(good, "good.csv")], tmp_path)[0]
    for number in range(LISTS):
        path = tmp_path / f"{number}"
        path.write_bytes(odd_upload(chance, number))
        try:
            found = open_lists([Upload(path, odd(chance))], tmp_path)[0]
            guess = guess_mapping(found.columns)
            if guess.dossier_id is None or guess.unit is None:
                first, last = found.columns[0], found.columns[-1]
                guess = Mapping(dossier_id=first, unit=last)
            result = match((found, guess), (other, guess_mapping(other.columns)), units, tmp_path)
        except DataError as error:
            refused(error)
            continue
        matched += 1
        check_accounts(result)
        assert result.accounts.loc["national", "rows"] == 20
        result.remove()
    assert matched > LISTS / 2


def typed() -> Iterator[str]:
    """Texts that people type, odd and plain, alone and together."""
    chance = random.Random(4)
    for number in range(TEXTS):
        yield ODD[number] if number < len(ODD) else odd(chance) + chance.choice(["", "%", " 5,5"])


def test_fourteen_hundred_typed_texts() -> None:
    numbers = 0
    for one in typed():
        value = text.parse_number(one)
        if value is not None:
            assert abs(value) < 1e15
            numbers += 1
        shown = text.escape(one)
        assert shown.replace("\N{WORD JOINER}", "").count("\\") >= one.count("\\")
        for address in ("http://", "https://", "www."):
            assert address not in shown.replace("\\", "").lower()
        made = {"version": 1, "dataset": "d", "dataset_version": "1", "title": one}
        read_or_refuse(lambda made=made: parse(json.dumps(made)))  # type: ignore[misc]
    assert 0 < numbers < TEXTS / 4
