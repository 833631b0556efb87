"""Parts of a whole as they are shown: they add up to the whole as it is shown."""

import math
from collections.abc import Sequence

from core.arrays import TOLERANCE


def parts_of(whole: float, parts: Sequence[float], digits: int = 2) -> list[float]:
    """The parts rounded to `digits` places so that they sum to the rounded whole.

    By largest remainders (Hamilton's method): all are rounded down, and what is then missing goes
    to those that lost most, the first of equals first. Each stays less than one last place from
    its true value, and what needs no rounding stays. Raises ValueError where the parts are not
    those of the whole.

    >>> parts_of(13.75, [2.546, 3.998, 7.206])
    [2.55, 4.0, 7.2]
    """
    if not abs(math.fsum(parts) - whole) <= len(parts) * TOLERANCE + TOLERANCE:
        raise ValueError(f"{list(parts)} are not the parts of {whole}")
    steps = 10**digits
    # a binary fraction may lie a hair below the number that it stands for
    exact = [steps * part for part in parts]
    down = [math.floor(one + steps * TOLERANCE) for one in exact]
    missing = round(steps * round(whole, digits)) - sum(down)
    order = sorted(range(len(exact)), key=lambda n: (down[n] - exact[n], n))
    lifted = set(order[:missing])
    return [round((one + (n in lifted)) / steps, digits) for n, one in enumerate(down)]
