"""What the first page draws with, named in the page itself, so that a browser fetches it at once.

Otherwise it learns of each kind of control when the first one arrives, and of the live panel's own
files after that: three waits, one after the other, before the ladder can be drawn.
"""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

IMPORTED = re.compile(r"""(?:from|import)["']\./([\w.-]+\.js)["']""")


def modules(folder: Path, names: Iterable[str], known: str = "") -> list[str]:
    """The files of Streamlit's that hold some kinds of elements ("Button"), and those they need.

    A file carries a hash in its name, so it is looked for; `known` is the page, which names others.
    """
    found: list[str] = []
    ahead = [path.name for name in names for path in sorted(folder.glob(f"{name}.*.js"))]
    while ahead:
        name = ahead.pop(0)
        if name in found or name in known:
            continue
        found.append(name)
        ahead += IMPORTED.findall((folder / name).read_text(encoding="utf-8"))
    return found


def links(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The HTML that asks for modules and styles ahead of their use."""
    asked = [f'<link rel="modulepreload" href="{escape(one)}">' for one in scripts]
    return "".join(
        [*asked, *(f'<link rel="preload" as="style" href="{escape(one)}">' for one in styles)]
    )
