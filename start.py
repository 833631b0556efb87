"""Start the app, or test it, with nothing but Python 3.11 or newer.

    python3 start.py [--port N] [--address A] [--no-browser]   install what is missing, run the app
    python3 start.py test [pytest arguments]                   install, lint, check types, test
    python3 start.py setup                                     install only

Everything goes into the folder .venv beside this file. Standard library only, for Linux, macOS and
Windows. Messages are plain ASCII, because a Windows console may not show anything else.
"""

import sys

# Above all else, and in syntax that an old Python can parse, so that it can say what is wrong.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("start.py: Python 3.11 or newer is needed; this is %d.%d." % sys.version_info[:2])

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
RUN = (ROOT / "requirements.txt",)
TEST = (*RUN, ROOT / "requirements-dev.txt")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PATHS = (
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
NETWORK_SIGNS = ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "ProxyError")
CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))


class Stop(Exception):
    """What went wrong, in one line for the person at the terminal."""


def say(text: str) -> None:
    print(text, flush=True)


class Terminated(KeyboardInterrupt):
    """Somebody sent this process, and only this one, the signal to end."""


def on_sigterm(*_: object) -> None:
    raise Terminated


def call(
    command: list[str],
    environment: dict[str, str],
    meanwhile: "Callable[[subprocess.Popen[bytes]], None]" = lambda child: None,
) -> int:
    """Run a program to its end. Interrupted, it has ten seconds to clean up after itself."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        meanwhile(child)
        return child.wait()
    except KeyboardInterrupt as interrupt:
        if isinstance(interrupt, Terminated):  # Ctrl-C reaches the child by itself
            child.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
        raise
    finally:
        child.kill()  # does nothing to a program that has ended


# --- Installing -----------------------------------------------------------------------------------


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def venv_version() -> str:
    """The full version of the Python inside .venv; empty if there is none that works."""
    try:
        code = "import pip, sys; assert sys.version_info >= (3, 11); print(sys.version)"
        command = [str(venv_python()), "-c", code]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def make_venv() -> None:
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        package = "python%d.%d-venv" % sys.version_info[:2]
        raise Stop("This Python comes without venv; install it (Debian: apt install %s)." % package)
    say("Making .venv ...")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise Stop("Could not make .venv: %s" % last_line(result.stdout + result.stderr))


def fingerprint(requirements: tuple[Path, ...], python: str) -> str:
    """Changes whenever the Python or a line of the requirements does."""
    digest = hashlib.sha256(python.encode())
    for path in requirements:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamp(requirements: tuple[Path, ...]) -> Path:
    """The file in .venv that says which fingerprint of these requirements is installed."""
    return VENV / (requirements[-1].stem + ".installed")


def is_installed(requirements: tuple[Path, ...], python: str) -> bool:
    path = stamp(requirements)
    return path.is_file() and path.read_text() == fingerprint(requirements, python)


def install(requirements: tuple[Path, ...]) -> None:
    """Make .venv hold these requirements; does nothing when it already does."""
    python = venv_version()
    if not python:
        make_venv()
        python = venv_version()
    if is_installed(requirements, python):
        return
    say("Installing %s (the first time takes a minute or two) ..." % requirements[-1].name)
    options = ["--quiet", "--disable-pip-version-check", "--requirement", str(requirements[-1])]
    command = [str(venv_python()), "-m", "pip", "install", *options]
    result = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise Stop(pip_message(result.stderr))
    for part in (RUN, requirements):
        stamp(part).write_text(fingerprint(part, python))


def pip_message(stderr: str) -> str:
    if any(sign in stderr for sign in NETWORK_SIGNS):
        return "No network: pip could not reach the package index; connect and run again."
    errors = [line for line in stderr.splitlines() if line.startswith("ERROR:")]
    return "Could not install the packages: %s" % last_line("\n".join(errors) or stderr)


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]


# --- Running the app ------------------------------------------------------------------------------


def check_port(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name != "nt":  # there the option would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as error:
            other = port + 1 if 1024 <= port < 65535 else 8501
            raise Stop(
                "Cannot use %s port %d (%s); another: python3 start.py --port %d"
                % (address, port, getattr(error, "strerror", None) or error, other)
            ) from None


def address_of(address: str, port: int) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    return "http://%s:%d" % ("[%s]" % host if ":" in host else host, port)


def is_healthy(url: str) -> bool:
    """Asked directly, never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url + "/healthz", timeout=5) as answer:
            return json.load(answer) == {"status": "ok"}
    except (OSError, ValueError):
        return False


def announce(server: "subprocess.Popen[bytes]", url: str, browser: bool) -> None:
    """Wait until the app answers, then say where it is; the app may also end before."""
    while server.poll() is None:
        if is_healthy(url):
            say("The app is at %s (stop it with Ctrl-C)" % url)
            if browser:
                webbrowser.open(url)
            return
        time.sleep(0.2)


def wants_browser() -> bool:
    """Only somebody who sits at this screen does."""
    if "CI" in os.environ or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    has_screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return has_screen or sys.platform in ("win32", "darwin")


def run_app(options: argparse.Namespace) -> int:
    check_port(options.address, options.port)
    install(RUN)
    url = address_of(options.address, options.port)
    command = [str(venv_python()), "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", options.address, "--server.port", str(options.port)]
    environment = {**os.environ, "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true"}
    browser = options.browser and wants_browser()
    code = call(command, environment, lambda server: announce(server, url, browser))
    if code != 0:
        raise Stop("The app stopped with exit code %d; the reason is above." % code)
    return 0


# --- Testing --------------------------------------------------------------------------------------


def find_chromium() -> str | None:
    """CHROMIUM if set, else a Chromium or Chrome of this computer."""
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        raise Stop("CHROMIUM is %s, which is not a program that can be run." % named)
    candidates = (named,) if named else (*CHROMIUM_NAMES, *CHROMIUM_PATHS)
    return next((path for path in map(shutil.which, candidates) if path), None)


def get_chromium() -> str | None:
    """Find Chromium; as root on Debian or Ubuntu install it. None, and a line saying so, if not."""
    found = find_chromium()
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not found and is_root and shutil.which("apt-get"):
        say("Installing Chromium for the browser tests ...")
        packages = ["chromium", "fonts-dejavu-core"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            command = ["apt-get", "-qq", *arguments]
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL)
        found = find_chromium()
    if not found:
        say("No Chromium: install it ('apt install chromium', or Chrome) or set CHROMIUM=/path.")
    return found


def run_tests(arguments: list[str]) -> int:
    """Lint, types, tests. The exit code is pytest's, or that of a failed check if tests pass."""
    install(TEST)
    environment = dict(os.environ)
    chromium = get_chromium()
    if chromium:
        environment["CHROMIUM"] = chromium
    if os.environ.get("CI", "").lower() in ("1", "true"):
        environment["REQUIRE_BROWSER"] = "1"

    def module(*command: str) -> int:
        return call([str(venv_python()), "-m", *command], environment)

    codes = [module(*check) for check in CHECKS]
    for check, code in zip(CHECKS, codes, strict=True):
        if code:
            say("FAILED: %s (see above); the tests run all the same." % " ".join(check))
    whole_suite = ["-n", "auto", "--dist", "loadfile"]  # one file's tests share a server
    return module("pytest", *(arguments or whole_suite)) or max(codes)


# --- The command line -----------------------------------------------------------------------------


def parse(arguments: list[str]) -> tuple[str, argparse.Namespace]:
    """The command and its options; everything after `test` belongs to pytest."""
    command = arguments[0] if arguments[:1] in (["run"], ["test"], ["setup"]) else "run"
    rest = arguments[1:] if arguments[:1] == [command] else arguments
    if command == "test":
        return command, argparse.Namespace(pytest=rest)
    parser = argparse.ArgumentParser(
        prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if command == "run":
        parser.add_argument("--port", type=int, default=8501)
        parser.add_argument("--address", default="127.0.0.1", help="0.0.0.0 opens it to others")
        parser.add_argument("--no-browser", dest="browser", action="store_false")
    return command, parser.parse_args(rest)


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, on_sigterm)
    try:
        command, options = parse(arguments)
        if command == "test":
            return run_tests(options.pytest)
        if command == "run":
            return run_app(options)
        install(RUN)
        say("Ready: python3 start.py")
        return 0
    except Stop as problem:
        print("start.py: %s" % problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
