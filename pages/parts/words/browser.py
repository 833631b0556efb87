"""Streamlit's own words: what its code in the browser says in English only, in all languages.

Streamlit has no translations. `files/words.js` puts these where it says the English, so what is
said here is said in full, with `*` for what it fills in. The version of Streamlit is pinned, and a
test holds that its files still have these words.
"""

import json
from pathlib import Path

from pages.parts.words.text import FIRST, catalog, later

SCRIPT = Path(__file__).parent / "files" / "words.js"
WORDS = (
    # the connection, and the program at work
    later("Connection error"),
    later("Connection lost. Please wait for the app to reconnect, then try again."),
    later("Connection timed out."),
    later("Streamlit server is not responding. Are you connected to the internet?"),
    later(
        "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in "
        "your terminal:"
    ),
    later("Connecting"),
    later("Please wait..."),
    later("Reconnected to server."),
    later("Running..."),
    later("Stop"),
    later("Rerun"),
    later("Always rerun"),
    later("Page not found"),
    later(
        "You have requested page /*, but no corresponding file was found in the app's pages/ "
        "directory. Running the app's main page."
    ),
    later("Network error"),
    later("Network issue"),
    later("To fix this, simply reload this app by pressing"),
    later("Close"),
    # the frame
    later("Skip to main content"),
    later("App pages"),
    later("Sidebar"),
    later("Main menu"),
    later("Print"),
    later("Record screen"),
    later("Settings"),
    later("Expand sidebar"),
    later("Collapse sidebar"),
    later("Link to heading"),
    later("Copy to clipboard"),
    later("Copied"),
    later("Fullscreen"),
    later("Close fullscreen"),
    later("Help for *"),
    # choices and boxes
    later("No results"),
    later("No options to select"),
    later("Select all"),
    later("Select * matches"),
    later("Choose an option"),
    later("Choose options"),
    later("Choose or add an option"),
    later("Choose or add options"),
    later("Clear all"),
    later("Clear value"),
    later("Increment"),
    later("Decrement"),
    later("Clear entry"),
    later("Clear date"),
    later("Choose date"),
    later("Choose date, *"),
    later("day, *"),
    later("month, *"),
    later("year, *"),
    later("Use arrow keys to navigate dates. Enter to select. Escape to close."),
    later("Open"),
    later("Remove *"),
    later("Selected values"),
    later("Selectbox options"),
    later("Multiselect options"),
    later("You can only select up to * options. Remove an option first."),
    later("Press Enter to apply"),
    later("Press Enter to submit form"),
    later("Press Ctrl+Enter to apply"),
    later("Press Ctrl+Enter to submit form"),
    later("Press ⌘+Enter to apply"),
    later("Press ⌘+Enter to submit form"),
    later("Invalid input."),
    later("Invalid value."),
    # files
    later("Upload"),
    later("file upload"),
    later("Add files"),
    later("Drag and drop a file here"),
    later("Drag and drop files here"),
    later("* per file"),
    later("* per file • *"),
    later("* files are not allowed."),
    later("File is larger than *"),
    later("File must be * or smaller."),
    later("Only one file is allowed."),
    later("Too many files"),
    later("Upload failed"),
    later("Cancel upload of *"),
    later("Click to retry upload"),
    later("Failed to generate file for download"),
    # tables
    later("Search"),
    later("Type to search"),
    later("Next Result"),
    later("Previous Result"),
    later("Close Search"),
    later("Show/hide columns"),
    later("Download as CSV"),
    later("Add row"),
    later("Delete row(s)"),
    later("Clear selection"),
    later("Dataframe column menu"),
    later("Sort ascending"),
    later("Sort descending"),
    later("Statistics"),
    later("Format"),
    later("Autosize"),
    later("Pin column"),
    later("Unpin column"),
    later("Hide column"),
    later("Copy column name"),
    later("Automatic"),
    later("Localized"),
    later("Plain"),
    later("Compact"),
    later("Dollar"),
    later("Euro"),
    later("Yen"),
    later("Percent"),
    later("Scientific"),
    later("Accounting"),
    later("Distance"),
    later("Calendar"),
    later("Average"),
    later("Count"),
    later("Distinct"),
    later("Empty"),
    later("Maximum"),
    later("Median"),
    later("Minimum"),
    later("Standard deviation"),
    later("Sum"),
    later("No data"),
)


def script() -> str:
    """The script that a page loads before Streamlit's own."""
    known = catalog(FIRST)
    words = json.dumps({one: known[one] for one in WORDS}, ensure_ascii=False)
    return SCRIPT.read_text(encoding="utf-8").replace("{WORDS}", words, 1)
