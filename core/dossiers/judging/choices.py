"""What a person said of two lists where they allow more than one reading."""

from dataclasses import dataclass

KEEP = ("agree", "latest", "any", "first")


@dataclass(frozen=True)
class Choices:
    """`rules`: how codes are written anew before they are compared (`forms.CODE_STEPS`).
    `as_written`: codes that do not meet are other dossiers, whatever rule would make them meet.
    `keep`: which row of a dossier counts, the `latest` by date, the `first`, a yes of `any`, or
    none of them where they don't `agree`."""

    rules: tuple[str, ...] = ()
    as_written: bool = False
    keep: str = "agree"
