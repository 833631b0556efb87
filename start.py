"""Start the app, or test it, with nothing but Python 3.11 or newer.

    python3 start.py [run options]             install what is missing, run the app
    python3 start.py test [pytest arguments]   install, lint, check types, test
    python3 start.py setup                     install only

`python3 start.py --help` tells the options of a run. Everything goes into the folder .venv beside
this file, exactly as the locks (*.lock) say. Standard library only, for Linux, macOS and Windows.
Messages are plain ASCII, because a Windows console may not show anything else.
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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
# Locks: every package with its version and the hashes of its files.
RUN = ROOT / "requirements.lock"
TEST = ROOT / "requirements-dev.lock"
POSTGRES = ROOT / "requirements-postgres.lock"
SPARK = ROOT / "requirements-spark.lock"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # all addresses of this computer: one that is its own
# the first has no windows and opens a page with two thirds of the work
CHROMIUM_NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)
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
    heard: list[object] = []
    # told to end while the program is being started, nobody would be there to end it
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(None))
    try:
        child = subprocess.Popen(command, cwd=ROOT, env=environment)
    finally:
        signal.signal(signal.SIGTERM, before)
    try:
        if heard:
            raise Terminated
        meanwhile(child)
        return child.wait()
    except KeyboardInterrupt as interrupt:
        if isinstance(interrupt, Terminated):  # Ctrl-C reaches the child by itself
            child.terminate()  # which a program started in the background hears, unlike Ctrl-C
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


def fingerprint(lock: Path, python: str) -> str:
    """Changes whenever the Python, a line of the lock or of what it holds of RUN does."""
    return hashlib.sha256(python.encode() + RUN.read_bytes() + lock.read_bytes()).hexdigest()


def stamp(lock: Path) -> Path:
    """The file in .venv that says which fingerprint of this lock is installed."""
    return VENV / (lock.stem + ".installed")


def is_installed(lock: Path, python: str) -> bool:
    return all(
        stamp(part).is_file() and stamp(part).read_text() == fingerprint(part, python)
        for part in (RUN, lock)
    )


def install(lock: Path) -> None:
    """Make .venv hold what a lock names; does nothing when it already does."""
    python = venv_version()
    if not python:
        make_venv()
        python = venv_version()
    if is_installed(lock, python):
        return
    say("Installing %s (the first time takes a minute or two) ..." % lock.name)
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    command = [str(venv_python()), "-m", "pip", "install", *options, "--requirement", str(lock)]
    result = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise Stop(pip_message(result.stderr))
    for part in (RUN, lock):  # every lock holds all that RUN does
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


def address_of(address: str, port: int, path: str = "") -> str:
    host = ANY.get(address, address)
    below = "/" + path.strip("/") if path.strip("/") else ""
    return "http://%s:%d%s" % ("[%s]" % host if ":" in host else host, port, below)


def is_healthy(url: str) -> bool:
    """Asked directly, never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url + "/healthz", timeout=5) as answer:
            return json.load(answer) == {"status": "ok"}
    except (OSError, ValueError):
        return False


def is_here_only(address: str) -> bool:
    return address in LOOPBACK or address.startswith("127.")


def machine_hosts() -> list[str]:
    """This computer's names and addresses, as others may call it. Sends nothing anywhere."""
    name = socket.gethostname()
    found = [name, name.split(".")[0] + ".local"]
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(name, None)]
    # The address towards the others: a socket that only gets ready to send learns it. Those two
    # are kept free for documents, nobody has them.
    for family, nobody in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((nobody, 9))
            found.append(probe.getsockname()[0])
    return [host.split("%")[0] for host in found]  # without the zone of a link's own address


def hosts(address: str, added: list[str]) -> list[str]:
    """The names and addresses under which the app answers; any other is refused."""
    listening = [] if address in ANY else [address]
    others = [] if is_here_only(address) else machine_hosts()
    return list(dict.fromkeys([*LOOPBACK, *listening, *others, *added]))


def announce(
    server: "subprocess.Popen[bytes]", url: str, browser: bool, named: Sequence[str] = ()
) -> None:
    """Wait until the app answers, then say where it is; the app may also end before."""
    while server.poll() is None:
        if is_healthy(url):
            say("The app is at %s (stop it with Ctrl-C)" % url)
            if named:
                say("It answers to %s; for another name: --host NAME" % ", ".join(named))
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


def server_command(options: argparse.Namespace, named: list[str]) -> list[str]:
    """How the app is started that answers to these names."""
    command = [str(venv_python()), "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", options.address, "--server.port", str(options.port)]
    for host in named:
        command += ["--server.allowedHosts", host]
    return command + (["--server.baseUrlPath", options.path] if options.path else [])


def check_open(address: str, environment: Mapping[str, str]) -> None:
    """Without sign-in others reach the app only where the operator says so in so many words."""
    signs_in = environment.get("SIGN_IN", "").strip() not in ("", "none")
    says_so = environment.get("OPEN_TO_EVERYBODY", "").strip().lower() == "yes"
    if not (is_here_only(address) or signs_in or says_so):
        raise Stop(
            "--address %s lets others in, and nobody signs in: they could read, change and delete "
            "everything. Set SIGN_IN=accounts (or oidc, proxy; see OPERATIONS.md), or say "
            "OPEN_TO_EVERYBODY=yes." % address
        )


def run_app(options: argparse.Namespace) -> int:
    check_open(options.address, os.environ)
    check_port(options.address, options.port)
    install(POSTGRES if os.environ.get("STORE_URL", "").startswith("postgresql") else RUN)
    url = address_of(options.address, options.port, options.path)
    named = hosts(options.address, options.host)
    said = named if options.host or not is_here_only(options.address) else []
    environment = {**os.environ, "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true"}
    browser = options.browser and wants_browser()
    code = call(
        server_command(options, named),
        environment,
        lambda server: announce(server, url, browser, said),
    )
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
    if not found and can_apt():
        say("Installing Chromium for the browser tests ...")
        # Ubuntu has only the second
        apt_install(*((name, "fonts-dejavu-core") for name in CHROMIUM_NAMES[:2]))
        found = find_chromium()
    if not found:
        say("No Chromium: install it ('apt install chromium', or Chrome) or set CHROMIUM=/path.")
    return found


def get_spark() -> None:
    """In CI only, as it is half a gigabyte: pyspark, and Java as root on Debian or Ubuntu. Where
    either can't be had, the tests that need them are skipped and say why."""
    if not shutil.which("java") and can_apt():
        say("Installing Java for the tests of Spark ...")
        apt_install(("default-jre-headless",))  # 17 or newer since Debian 12
    try:
        if shutil.which("java"):
            install(SPARK)
    except Stop as problem:
        say("No Spark: %s" % problem)


def can_apt() -> bool:
    """Whether packages of Debian or Ubuntu can be installed."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("apt-get") is not None


def apt_install(*alternatives: Sequence[str]) -> None:
    """Install groups of packages; one that this system does not have changes nothing."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = ("apt-get", "-qq")
    subprocess.run([*quiet, "update"], env=environment, stdout=subprocess.DEVNULL)
    for names in alternatives:
        command = [*quiet, "install", "-y", "--no-install-recommends", *names]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL)


def run_tests(arguments: list[str]) -> int:
    """Lint, types, tests. The exit code is pytest's, or that of a failed check if tests pass."""
    install(TEST)
    environment = dict(os.environ)
    # the tests start Python a hundred times, and each would compile the whole program again
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # workers fill every core: a matrix spread over them waits in circles for its turn
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    chromium = get_chromium()
    if chromium:
        environment["CHROMIUM"] = chromium
    if os.environ.get("CI", "").lower() in ("1", "true"):
        environment["REQUIRE_BROWSER"] = "1"
        get_spark()

    def module(*command: str) -> int:
        return call([str(venv_python()), "-m", *command], environment)

    codes = [module(*check) for check in CHECKS]
    for check, code in zip(CHECKS, codes, strict=True):
        if code:
            say("FAILED: %s (see above); the tests run all the same." % " ".join(check))
    # one worker more than cores, as browser tests wait for half of their time; one that has nothing
    # left takes tests from another, so that no long file is run alone at the end
    workers = str((os.cpu_count() or 1) + 1)
    whole_suite = ["-n", workers, "--dist", "worksteal"]
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
        told = "a further name or address under which it answers; may be repeated"
        parser.add_argument("--host", action="append", default=[], metavar="NAME", help=told)
        parser.add_argument("--path", default="", help="the path below which it is, such as /766")
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
