"""What a file is that can be no list of dossiers, told by its first bytes."""

PACKED = "the list itself; this is packed: unpack it first"
PICTURE = "a list as Excel or CSV; this is a picture"
WORD = "a list as Excel or CSV; this is a Word document: copy its table into a sheet and save that"
SLIDES = "a list as Excel or CSV; this is a presentation: copy its table into a sheet"
ARCHIVE = (
    "a list as Excel or CSV; this is an archive of other files: unpack it and give the lists in it"
)
_MARKS = (
    (b"%PDF", "a list as Excel or CSV; a PDF is not read: ask for the export as Excel"),
    (b"{\\rtf", WORD),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"\x1f\x8b", PACKED),
    (b"7z\xbc\xaf", PACKED),
    (b"Rar!", PACKED),
    (b"SQLite format 3", "a list as Excel or CSV; this is a database"),
    (b"MZ\x90", "a list as Excel or CSV; this is a program"),
    (b"\x7fELF", "a list as Excel or CSV; this is a program"),
)
_JSON = "a list as Excel or CSV; this is JSON: figures of the portal are loaded on the page Data"
_BOM = b"\xef\xbb\xbf"


def no_list(sample: bytes) -> str | None:
    """What was expected where a file of another kind begins so, else None."""
    for mark, expected in _MARKS:
        if sample.startswith(mark):
            return expected
    head = sample.removeprefix(_BOM).lstrip()
    if head[:1] == b"{" or (head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b"[", b'"')):
        return _JSON
    return None


def archive_kind(names: set[str]) -> str:
    """What was expected where a zip is no workbook: told by the parts that it has."""
    if "word/document.xml" in names:
        return WORD
    return SLIDES if any(name.startswith("ppt/") for name in names) else ARCHIVE


def old_office_kind(raw: bytes) -> str | None:
    """What was expected of a file of Office before 2007 that can't be read; None: nobody knows."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return "an .xlsx workbook without a password"
    if "WordDocument".encode("utf-16-le") in raw:
        return WORD
    return SLIDES if "PowerPoint Document".encode("utf-16-le") in raw else None
