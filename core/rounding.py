"""Parts of a whole, and changes, as they are shown: they add up to what is shown beside them."""

import math
from collections.abc import Sequence

from core.arrays import TOLERANCE


def parts_of(whole: float, parts: Sequence[float], digits: int = 2) -> list[float]:
    """The parts rounded to `digits` places so that they sum to the rounded whole.

    By largest remainders (Hamilton's method): all are rounded down, and what is then missing goes
    to those that lost most, the first of equals first. Each stays less than one last place from
    its true value, and what needs no rounding stays. The whole may be a part of a larger whole and
    rounded as such; raises ValueError where it is a whole last place from the sum of the parts.

    >>> parts_of(13.75, [2.546, 3.998, 7.206])
    [2.54, 4.0, 7.21]
    """
    steps = 10**digits
    exact = [steps * part for part in parts]
    wanted = round(steps * round(whole, digits))
    if not abs(math.fsum(exact) - wanted) < 1:
        raise ValueError(f"{list(parts)} are not the parts of {whole}")
    # a binary fraction may lie a hair below the number that it stands for
    down = [math.floor(one + steps * TOLERANCE) for one in exact]
    order = sorted(range(len(exact)), key=lambda n: (down[n] - exact[n], n))
    lifted = set(order[: wanted - sum(down)])
    return [round((one + (n in lifted)) / steps, digits) for n, one in enumerate(down)]


def change_of(before: float, after: float, digits: int = 2) -> float:
    """How far `after` is from `before` as both are shown: what is shown before and this make what
    is shown after.

    >>> change_of(65.444, 66.356)
    0.92
    """
    return round(round(after, digits) - round(before, digits), digits)
