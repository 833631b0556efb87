"""Names as lists write them, and the unit they mean: suggested only where one alone fits."""

import pandas as pd
import pytest

from core.dossiers.unit_guess import suggest

UNITS = pd.DataFrame(
    {
        "name_vi": [
            "Sở Nông nghiệp và Môi trường",
            "Sở Nội vụ",
            "Sở Văn hóa, Thể thao và Du lịch",
            "UBND phường Việt Trì",
            "UBND xã Tam Sơn",
            "UBND xã Tam Sơn 2",
            "UBND xã Vĩnh An",
            "UBND xã Vĩnh Ân",
        ]
    },
    index=list("ABCDEFGH"),
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Sở NN&MT", "A"),
        ("Sở NNMT", "A"),
        ("sở nn và mt", "A"),
        ("Sở NV", "B"),
        ("Sở VHTT&DL", "C"),
        ("Sở VH, TT&DL", "C"),
        ("Sở Nông nghiệp & Môi trường", "A"),
        ("Sở Nông nghiêp va Môi truờng tỉnh", "A"),
        ("Ủy ban nhân dân phường Việt Tri", "D"),
        ("P. Việt Trì", "D"),
        ("Sở Y tế", None),  # not among the units
        ("Sở", None),
        ("", None),
        ("???", None),
        ("xã Tam Sơn 3", None),  # another number is another unit
        ("xã Vinh An", None),  # two fit as well
    ],
)
def test_what_a_name_may_mean(name: str, code: str | None) -> None:
    assert suggest(name, UNITS) == code


def test_a_long_text_costs_no_time() -> None:
    assert suggest("xã " * 100_000, UNITS) is None
