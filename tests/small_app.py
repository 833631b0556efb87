"""The real app.py, its layers and settings around two small pages, for tests of the server."""

import shutil
from pathlib import Path

from conftest import ROOT

# A page of the elements that the real pages are made of, and one that fails.
FRAME = """
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_icon="📊")


def elements():
    table = pd.DataFrame({"Đơn vị": ["Sở A", "Xã B"], "Điểm": [1.5, 2.5]})
    st.metric("Tổng điểm", "85,45", "0,8")
    st.slider("Tỷ lệ", 0, 100)
    st.dataframe(table)
    st.data_editor(table, key="edit")
    for number, trace in enumerate(
        [go.Bar(y=[1, 2]), go.Waterfall(y=[1, 2]), go.Heatmap(z=[[1, 2]]), go.Scatter(y=[1, 2])]
    ):
        st.plotly_chart(go.Figure(trace), key=f"chart{number}")
    st.file_uploader("Tệp")
    st.download_button("Tải về", b"a", "a.csv")
    st.latex("a^2")


def fails():
    raise RuntimeError("bí mật")


st.navigation([st.Page(elements), st.Page(fails)]).run()
"""


def write_small_app(root: Path, warm_up: str = "def warm_up(): pass\n") -> Path:
    """Make the app in an empty folder; `warm_up` is what stands for the datasets of the pages."""
    shutil.copy(ROOT / "app.py", root)
    shutil.copytree(ROOT / ".streamlit", root / ".streamlit")
    shutil.copytree(ROOT / "core", root / "core")
    shutil.copytree(ROOT / "pages" / "locale", root / "pages" / "locale")
    parts = root / "pages" / "parts"
    for name in ("words", "live/files"):
        shutil.copytree(ROOT / "pages" / "parts" / name, parts / name)
    (parts / "sync").mkdir()
    (parts / "sync" / "desk.py").write_text("def mind(): pass\n", encoding="utf-8")
    for name in (
        "__init__.py",
        "live/__init__.py",
        "live/mount.py",
        "live/sight.py",
        "state/__init__.py",
        "state/cases/__init__.py",
        "state/kept/__init__.py",
        "state/kept/autosave.py",
        "state/kept/storage.py",
        "state/kept/browser.py",
        "server/__init__.py",
        "server/closings.py",
        "server/theme.py",
        "server/watched.py",
        "state/door/__init__.py",
        "state/door/callers.py",
        "state/door/layer.py",
        "state/door/paths.py",
        "state/door/sign_in.py",
        "state/door/visits.py",
        "state/who.py",
        "widgets/__init__.py",
        "widgets/failure.py",
    ):
        (parts / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "pages" / "parts" / name, parts / name)
    (parts / "state" / "cases" / "seen.py").write_text(warm_up, encoding="utf-8")
    (root / "pages" / "frame.py").write_text(FRAME, encoding="utf-8")
    return root
