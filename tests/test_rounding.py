"""Parts and their whole as they are shown: they add up, whatever the parts are."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rounding import parts_of

PARTS = st.lists(st.floats(-1000, 1000), max_size=30)


def hundredths(value: float) -> int:
    """A number with two places, as an exact count."""
    assert round(value, 2) == value
    return round(100 * value)


@given(PARTS)
def test_parts_sum_to_the_whole_as_it_is_shown(parts: list[float]) -> None:
    shown = parts_of(sum(parts), parts)
    assert sum(map(hundredths, shown)) == hundredths(round(sum(parts), 2))


@given(PARTS)
def test_no_part_moves_by_a_whole_last_place(parts: list[float]) -> None:
    shown = parts_of(sum(parts), parts)
    assert all(abs(a - b) < 0.01 + 1e-9 for a, b in zip(shown, parts, strict=True))


@given(PARTS)
def test_the_larger_part_is_never_shown_as_the_smaller(parts: list[float]) -> None:
    shown = parts_of(sum(parts), parts)
    order = np.argsort(parts)
    # what differs by less than binary numbers can tell counts as equal
    assert all(
        shown[a] <= shown[b] + (0.01 if parts[b] - parts[a] < 1e-8 else 0) + 1e-12
        for a, b in pairwise(order)
    )


@given(st.lists(st.integers(-100_000, 100_000), max_size=30))
def test_what_needs_no_rounding_stays(hundredths_of: list[int]) -> None:
    parts = [one / 100 for one in hundredths_of]
    assert parts_of(sum(parts), parts) == parts


def test_the_three_parts_that_did_not_add_up() -> None:
    """2.55 + 4.00 + 7.21 stood beside 13.75; the first loses least by going down."""
    assert parts_of(13.754, [2.546, 3.998, 7.21]) == [2.54, 4.0, 7.21]
    assert parts_of(1, [1 / 3] * 3) == [0.34, 0.33, 0.33]
    assert parts_of(1, [0.333, 0.333, 0.334], digits=0) == [0, 0, 1]


def test_what_is_no_part_of_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="not the parts of"):
        parts_of(2, [1, 1.02])
