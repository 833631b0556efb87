"""What OPERATIONS.md hands to an operator beside sentences: files that exist and are understood."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

TEXT = (ROOT / "OPERATIONS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", re.findall(r"`(deploy/[^`]+)`", TEXT))
def test_a_file_that_is_cited_for_the_operator_exists(path: str) -> None:
    assert (ROOT / path).is_file()


def test_systemd_takes_the_service_and_its_processes_share_a_folder_for_lists(
    tmp_path: Path,
) -> None:
    """With a folder of its own each would end with the lists of its pages."""
    text = (ROOT / "deploy" / "766@.service").read_text(encoding="utf-8")
    settings = dict(part.split("=") for part in re.findall(r"[A-Z_]+=\S+", text) if "=" in part)
    assert settings["TMPDIR"].startswith(settings["DATA_DIR"] + "/")
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (Debian: apt install systemd)")
    path = tmp_path / "766@8501.service"
    path.write_text(text, encoding="utf-8")
    said = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
