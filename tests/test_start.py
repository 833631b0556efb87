"""start.py: every way it can fail ends in one line, and it installs only what changed."""

import argparse
import ast
import http.server
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import start
from conftest import ROOT, free_port, need_chromium
from small_app import write_small_app

START = ROOT / "start.py"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder, in which start.py has installed nothing yet."""
    (tmp_path / "requirements.lock").write_text("streamlit==1\n")
    (tmp_path / "requirements-dev.lock").write_text("streamlit==1\npytest==1\n")
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(start, "RUN", tmp_path / "requirements.lock")
    monkeypatch.setattr(start, "TEST", tmp_path / "requirements-dev.lock")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def write_program(path: Path, code: str) -> Path:
    """A Python program that can be called by its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{code}\n")
    path.chmod(0o755)
    return path


# --- Old Pythons ---


def test_the_file_parses_on_python_3_6() -> None:
    ast.parse(START.read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_in_one_line_what_is_needed() -> None:
    code = f"import sys; sys.version_info = (3, 6, 9); exec(open({str(START)!r}).read())"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr == "start.py: Python 3.11 or newer is needed; this is 3.6.\n"


# --- The command line ---


RUN = {"port": 8501, "address": "127.0.0.1", "host": [], "path": "", "browser": True}


@pytest.mark.parametrize(
    ("arguments", "command", "options"),
    [
        ([], "run", RUN),
        (["run", "--port", "9"], "run", {**RUN, "port": 9}),
        (["--port", "9", "--address", "::"], "run", {**RUN, "port": 9, "address": "::"}),
        (["--host", "a", "--host", "b"], "run", {**RUN, "host": ["a", "b"]}),
        (["--path", "/766"], "run", {**RUN, "path": "/766"}),
        (["--no-browser"], "run", {**RUN, "browser": False}),
        (["setup"], "setup", {}),
        (["test"], "test", {"pytest": []}),
        (["test", "-k", "setup", "--pdb"], "test", {"pytest": ["-k", "setup", "--pdb"]}),
    ],
)
def test_arguments(arguments: list[str], command: str, options: dict[str, object]) -> None:
    assert start.parse(arguments) == (command, argparse.Namespace(**options))


@pytest.mark.parametrize("arguments", [["tset"], ["setup", "--port", "1"], ["--port", "x"]])
def test_an_unknown_argument_is_refused(arguments: list[str]) -> None:
    result = subprocess.run([sys.executable, START, *arguments], capture_output=True, text=True)
    assert result.returncode == 2
    assert arguments[-1] in result.stderr.splitlines()[-1]


# --- The port ---


def test_a_taken_port_is_told_in_one_line_before_anything_is_installed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, START, "--port", str(port)]
        result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"start.py: Cannot use 127.0.0.1 port {port} (")
    assert result.stderr.count("\n") == 1


def test_a_free_port_passes() -> None:
    start.check_port("127.0.0.1", free_port())


@pytest.mark.parametrize(("address", "port"), [("127.0.0.1", 70000), ("192.0.2.1", 8501)])
def test_an_impossible_port_or_address_is_refused(address: str, port: int) -> None:
    with pytest.raises(start.Stop, match=rf"Cannot use {address} port {port} \(.+\); another:"):
        start.check_port(address, port)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501"),
        ("0.0.0.0", "http://127.0.0.1:8501"),  # any address of this computer: its own will do
        ("::", "http://[::1]:8501"),
    ],
)
def test_the_address_to_open(address: str, url: str) -> None:
    assert start.address_of(address, 8501) == url
    assert start.address_of(address, 8501, "/766/") == f"{url}/766"


# --- The names ---


def test_only_this_computer_is_answered_by_its_own_names_only() -> None:
    home = ["localhost", "127.0.0.1", "::1"]
    assert start.hosts("127.0.0.1", []) == start.hosts("::1", []) == home
    assert start.hosts("127.0.0.2", ["plan.example"]) == [*home, "127.0.0.2", "plan.example"]


def test_the_network_is_answered_by_every_name_of_this_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def addresses(name: str, _: None) -> list[tuple[object, ...]]:
        assert name == "desk.office"
        return [(0, 0, 0, "", ("10.0.0.7", 0)), (0, 0, 0, "", ("fe80::1%eth0", 0, 0, 2))]

    monkeypatch.setattr(socket, "gethostname", lambda: "desk.office")
    monkeypatch.setattr(socket, "getaddrinfo", addresses)
    found = start.hosts("0.0.0.0", ["plan.example"])
    assert found[:3] == ["localhost", "127.0.0.1", "::1"]
    assert {"desk.office", "desk.local", "10.0.0.7", "fe80::1", "plan.example"} <= set(found)
    assert "0.0.0.0" not in found  # browsers take it for this computer: a page elsewhere may use it
    assert "10.0.0.9" in start.hosts("10.0.0.9", [])


def test_the_server_is_told_where_it_is_and_whom_it_is() -> None:
    _, options = start.parse(["--port", "9", "--path", "766"])
    command = " ".join(start.server_command(options, ["localhost", "plan.example"]))
    assert "--server.address 127.0.0.1 --server.port 9" in command
    assert "--server.allowedHosts localhost --server.allowedHosts plan.example" in command
    assert command.endswith("--server.baseUrlPath 766")


@pytest.mark.parametrize(
    ("store", "lock"),
    [
        ("", start.RUN),
        ("sqlite:////data/x.db", start.RUN),
        ("postgresql+psycopg://db/x", start.POSTGRES),
    ],
)
def test_a_store_on_postgresql_has_its_driver_installed(
    store: str, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[Path] = []
    monkeypatch.setenv("STORE_URL", store)
    monkeypatch.setattr(start, "install", installed.append)
    monkeypatch.setattr(start, "call", lambda *_: 0)
    assert start.run_app(start.parse(["--port", str(free_port())])[1]) == 0
    assert installed == [lock]


# --- Installing ---


def test_the_fingerprint_follows_the_python_and_every_requirement(project: Path) -> None:
    before = start.fingerprint(start.TEST, "3.11.7")
    assert start.fingerprint(start.TEST, "3.11.7") == before
    assert start.fingerprint(start.TEST, "3.12.0") != before
    (project / "requirements.lock").write_text("streamlit==2\n")
    assert start.fingerprint(start.TEST, "3.11.7") != before


def fake_venv(project: Path, pip_exit: int = 0, pip_error: str = "") -> Path:
    """A .venv whose Python notes each call of pip in a file, and answers as told."""
    log = project / "pip.log"
    code = f"""
import sys
if sys.argv[1] == "-c":
    print("3.11.7")
else:
    open({str(log)!r}, "a").write(sys.argv[-1] + "\\n")
    sys.stderr.write({pip_error!r})
    sys.exit({pip_exit})
"""
    write_program(project / ".venv" / "bin" / "python", code)
    return log


posix = pytest.mark.skipif(os.name == "nt", reason="the fake programs are POSIX scripts")


@posix
def test_installing_again_does_nothing_until_something_changes(project: Path) -> None:
    log = fake_venv(project)
    start.install(start.TEST)
    start.install(start.TEST)
    start.install(start.RUN)  # contained in TEST
    assert log.read_text().splitlines() == [str(start.TEST)]
    (project / "requirements.lock").write_text("streamlit==2\n")
    start.install(start.RUN)
    assert log.read_text().splitlines()[1:] == [str(start.RUN)]
    assert not start.is_installed(start.TEST, "3.11.7")


@posix
def test_a_failed_installation_is_tried_again(project: Path) -> None:
    log = fake_venv(project, pip_exit=1, pip_error="WARNING: x\nERROR: No matching distribution\n")
    for _ in range(2):
        with pytest.raises(start.Stop, match=r"^Could not install .*: ERROR: No matching dist"):
            start.install(start.RUN)
    assert len(log.read_text().splitlines()) == 2


def test_no_network_is_told_from_what_pip_really_says() -> None:
    # Nothing listens on port 1, so this is refused at once, with or without a network.
    command = [sys.executable, "-m", "pip", "--isolated", "download", "--no-cache-dir"]
    command += ["--index-url", "http://127.0.0.1:1/", "--retries", "1", "--dest", "/x", "nothing"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert start.pip_message(result.stderr).startswith("No network: ")


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])  # Debian leaves out the second
def test_a_python_without_venv_is_told_what_to_install(
    missing: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else name)
    with pytest.raises(start.Stop, match=r"^This Python comes without venv; .*python3\.\d+-venv"):
        start.install(start.RUN)


@posix
def test_any_other_failure_of_venv_is_told_in_its_last_line(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = write_program(project / "python", "import sys; sys.exit('more\\nNo space left')")
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(start.Stop, match=r"^Could not make \.venv: No space left$"):
        start.install(start.RUN)


# --- Running ---


class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def healthy_url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Healthy) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_address[1]}"
        web.shutdown()


def test_the_address_is_said_once_the_app_answers(
    healthy_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        start.announce(child, healthy_url, browser=False)
        child.communicate(b"\n")
    assert capsys.readouterr().out == f"The app is at {healthy_url} (stop it with Ctrl-C)\n"


def test_an_app_that_ends_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    start.announce(child, f"http://127.0.0.1:{free_port()}", browser=False)
    assert capsys.readouterr().out == ""


def test_no_browser_is_opened_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert not start.wants_browser()
    monkeypatch.delenv("CI")  # under pytest the input is no terminal
    assert not start.wants_browser()


def ignoring_interrupts() -> None:
    """As a program is started in the background of a script, and its children after it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def hearing_interrupts() -> None:
    """As a person starts a program, also where the tests themselves run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


STARTED = pytest.mark.parametrize(
    "started", [hearing_interrupts, ignoring_interrupts], ids=["by a person", "in the background"]
)


@posix
@STARTED
def test_a_terminated_start_lets_its_program_clean_up(
    started: Callable[[], None], tmp_path: Path
) -> None:
    cleaned = tmp_path / "cleaned"
    child = f"""
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    print("running", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    pathlib.Path({str(cleaned)!r}).touch()
"""
    code = f"""
import sys, start
start.run_app = lambda options: start.call([sys.executable, "-c", {child!r}], {{}})
sys.exit(start.main([]))
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=started
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "running\n"
        parent.send_signal(signal.SIGTERM)
        assert parent.stdout.read() == "Stopped.\n"
    assert parent.returncode == 130
    deadline = time.monotonic() + 20
    while not cleaned.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert cleaned.exists()


# What stands for the pages of a server: a library that looks for leaks when Python ends, and a
# folder that is there until then.
KEEPS_A_FOLDER = """
import tempfile

import duckdb

kept = tempfile.TemporaryDirectory(prefix="kept-")


def warm_up():
    assert duckdb.sql("select 1").fetchall() == [(1,)]
"""


@posix
@pytest.mark.parametrize(
    ("started", "end"),
    [
        (hearing_interrupts, signal.SIGTERM),
        (hearing_interrupts, signal.SIGINT),
        (ignoring_interrupts, signal.SIGTERM),
    ],
    ids=["told to end", "Ctrl-C", "told to end in the background"],
)
def test_the_server_ends_as_a_program_that_cleans_up(
    started: Callable[[], None], end: signal.Signals, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    write_small_app(root, KEEPS_A_FOLDER)
    port = free_port()
    server = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    code = f"""
import sys, start
from pathlib import Path
start.ROOT = Path({str(root)!r})
url = start.address_of("127.0.0.1", {port})
told = lambda child: start.announce(child, url, browser=False)
start.run_app = lambda options: start.call({server}, dict(start.os.environ), told)
sys.exit(start.main([]))
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "DATA_DIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=started,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        while "The app is at" not in parent.stdout.readline():
            assert parent.poll() is None
        assert list(tmp_path.glob("kept-*"))
        if end == signal.SIGINT:
            os.killpg(parent.pid, end)  # as a terminal does
        else:
            parent.send_signal(end)
        said = parent.stdout.read()
    assert parent.returncode == 130
    assert said.split() in (["Stopped."], ["Aborted!", "Stopped."])  # the first is Streamlit's
    assert not list(tmp_path.glob("kept-*"))


# --- Testing ---


@pytest.fixture
def without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(start, "CHROMIUM_PATHS", ())


@pytest.mark.usefixtures("without_chromium")
def test_a_missing_chromium_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert start.get_chromium() is None
    line = "No Chromium: install it ('apt install chromium', or Chrome) or set CHROMIUM=/path.\n"
    assert capsys.readouterr().out == line


@pytest.mark.usefixtures("without_chromium")
def test_a_wrong_chromium_is_not_replaced_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/no/such/program")
    with pytest.raises(start.Stop, match=r"^CHROMIUM is /no/such/program, which is not a program"):
        start.find_chromium()


@pytest.mark.usefixtures("without_chromium")
def test_browser_tests_fail_without_a_browser_only_where_one_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^no Chromium"):
        need_chromium()
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match=r"^no Chromium"):
        need_chromium()


@pytest.mark.parametrize(
    ("failing", "expected"),
    [({}, 0), ({"mypy": 2}, 2), ({"pytest": 5}, 5), ({"ruff": 1, "pytest": 5}, 5)],
)
def test_the_exit_code_is_that_of_pytest_or_of_a_failed_check(
    failing: dict[str, int], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def call(command: list[str], environment: dict[str, str]) -> int:
        called.append(command[2])
        assert environment["REQUIRE_BROWSER"] == "1"
        return failing.get(command[2], 0)

    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(start, "install", lambda requirements: None)
    monkeypatch.setattr(start, "get_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(start, "get_spark", lambda: called.append("spark"))
    monkeypatch.setattr(start, "call", call)
    assert start.run_tests([]) == expected
    assert called == ["spark", "ruff", "ruff", "mypy", "pytest"]  # pytest's last line is the last


def test_spark_is_installed_in_ci_only(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(start, "install", lambda requirements: None)
    monkeypatch.setattr(start, "get_chromium", lambda: None)
    monkeypatch.setattr(start, "get_spark", lambda: called.append("spark"))
    monkeypatch.setattr(start, "call", lambda command, environment: 0)
    assert start.run_tests([]) == 0
    assert not called


def test_java_is_installed_where_that_can_be_and_then_spark(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    programs, installed, may = set[str](), list[object](), [False]

    def apt_install(*alternatives: tuple[str, ...]) -> None:
        programs.add("java")
        installed.extend(alternatives)

    monkeypatch.setattr(start.shutil, "which", lambda name: name if name in programs else None)
    monkeypatch.setattr(start, "can_apt", lambda: may[0])
    monkeypatch.setattr(start, "apt_install", apt_install)
    monkeypatch.setattr(start, "install", installed.append)
    start.get_spark()
    assert installed == []  # no Java, and no way to it: nothing to install pyspark for
    may[0] = True
    start.get_spark()
    assert installed == [("default-jre-headless",), start.SPARK]

    def fail(lock: Path) -> None:
        raise start.Stop("No network")

    monkeypatch.setattr(start, "install", fail)
    start.get_spark()  # the tests run all the same
    assert capsys.readouterr().out.splitlines()[-1] == "No Spark: No network"


def test_what_the_tests_start_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    given: list[dict[str, str]] = []
    monkeypatch.setattr(start, "install", lambda requirements: None)
    monkeypatch.setattr(start, "get_chromium", lambda: None)
    monkeypatch.setattr(start, "call", lambda _, environment: given.append(environment) or 0)
    assert start.run_tests(["tests/test_rules.py"]) == 0
    assert given and all("PYTHONDONTWRITEBYTECODE" not in one for one in given)


def test_others_are_let_in_only_with_sign_in_or_where_the_operator_says_so() -> None:
    for here in ("127.0.0.1", "localhost", "::1"):
        start.check_open(here, {})
    for said in ({"SIGN_IN": "accounts"}, {"OPEN_TO_EVERYBODY": "yes"}):
        start.check_open("0.0.0.0", said)
    for silent in ({}, {"SIGN_IN": "none"}, {"OPEN_TO_EVERYBODY": "maybe"}):
        with pytest.raises(start.Stop, match="OPEN_TO_EVERYBODY=yes"):
            start.check_open("0.0.0.0", silent)
