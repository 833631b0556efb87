"""What is wrong with an input: one problem a row, all of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong (or, as a warning, unusual) in an input file.

    `expected` is an English sentence pattern with `{name}` fields that `details` fills, so that a
    screen can translate the pattern and still show the figures.
    """

    file: str
    line: int | None
    column: str | None
    value: str | None
    expected: str
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it is, as `file, line 3, column rate_percent`, leaving out what is not known."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def __str__(self) -> str:
        value = "" if self.value is None else f"{shorten(self.value)!r}: "
        return f"{self.place}: {value}expected {self.expected.format(**self.details)}"


class DataError(Exception):
    """An input that can't be used, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def shorten(text: str, limit: int = 60) -> str:
    """A value as it may stand in a message: one line, not longer than `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
