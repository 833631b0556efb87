"""`user ...` and `audit ...`: who may come in and do what, and whether the trace is whole."""

import argparse
import getpass
import sys

from core.cli.answers import Plain
from core.store.checks import StoreError
from core.store.database import open_store, store_url
from core.store.office import accounts
from core.store.office.audit import audit_rows, verify_audit
from core.store.office.deeds import EVERY_DATASET, OFFICE_ROLES, OPERATOR
from core.store.office.handing import hand_over, ownerless

USER_DEEDS = ("add", "disable", "enable", "password", "role", "inherit", "list")


def add_user_options(made: argparse.ArgumentParser) -> None:
    """What `user` takes."""
    made.add_argument("deed", choices=USER_DEEDS)
    made.add_argument("login", nargs="?", help="the account, or a subject such as proxy:lan")
    made.add_argument("--name", default="", help="what the person is called beside their work")
    made.add_argument(
        "--role", choices=[*OFFICE_ROLES, "none"], help="the role to give; none takes it"
    )
    made.add_argument("--dataset", default=EVERY_DATASET, help="only on this dataset")
    made.add_argument("--units", help="codes with commas between: an editor of these units only")
    about = "inherit: only the work that this name signed while nobody signed in"
    made.add_argument("--author", help=about)
    made.add_argument("--json", action="store_true", help="answer as JSON")


def add_audit_options(made: argparse.ArgumentParser) -> None:
    """What `audit` takes."""
    made.add_argument("deed", choices=("verify", "list"))
    made.add_argument("--seen", default="", help="verify: the last hash of an earlier answer")
    made.add_argument("--limit", type=int, default=50, help="list: how many of the newest")
    made.add_argument("--json", action="store_true", help="answer as JSON")


def user_answer(options: argparse.Namespace) -> Plain:
    """What was done, or who there is. Raises StoreError."""
    db = open_store(store_url()).held_by(OPERATOR)
    if options.deed == "list":
        left = ownerless(db).by_author
        return {"accounts": [_plain(one) for one in accounts.accounts(db)], "work_of_nobody": left}
    if not options.login:
        raise StoreError("bad_login", f"user {options.deed} needs the account's name")
    subject = _subject(options.login)
    if options.deed == "add":
        accounts.local_subject(options.login)
        made = (options.login, options.name, _password())
        subject = accounts.add_account(db, *made, *_role(options))
    elif options.deed == "inherit":
        count = hand_over(db, subject, options.author)
        return {"account": subject, "done": options.deed, "tabs": count}
    elif options.deed == "password":
        accounts.set_password(db, options.login, _password())
    elif options.deed == "role":
        if options.role is None:
            raise StoreError("bad_role", f"--role is one of {', '.join(OFFICE_ROLES)}, none")
        accounts.set_role(db, subject, *_role(options))
    else:
        accounts.set_active(db, subject, options.deed == "enable")
    return {"account": subject, "done": options.deed}


def audit_answer(options: argparse.Namespace) -> Plain:
    """Whether the trace is whole, or its newest rows. Raises StoreError where it is not."""
    db = open_store(store_url())
    with db.transaction() as connection:
        if options.deed == "list":
            rows = audit_rows(connection, max(1, options.limit))
            keys = ("number", "at", "subject", "deed", "target", "outcome", "details")
            return {"rows": [{key: getattr(row, key) for key in keys} for row in rows]}
        found = verify_audit(connection, options.seen)
    if found.problem:
        raise StoreError("audit", f"the trace is not whole after row {found.rows}: {found.problem}")
    return {"audit": "whole", "rows": found.rows, "last": found.last}


def office_lines(answer: Plain) -> list[str]:
    """The answer as lines to read."""
    if "accounts" in answer:
        return (
            ["no account yet"] * (not answer["accounts"])
            + [
                f"{one['subject']} ({one['name']}){'' if one['active'] else ', disabled'}: "
                + (
                    "; ".join(f"{role} on {place}" for place, role in one["roles"].items())
                    or "no role"
                )
                for one in answer["accounts"]
            ]
            + [
                f"work of nobody, signed {name or 'by no name'}: {count} tabs (user inherit LOGIN)"
                for name, count in answer["work_of_nobody"].items()
            ]
        )
    if "rows" in answer and isinstance(answer["rows"], list):
        return ["  ".join(str(value) for value in row.values()) for row in answer["rows"]]
    return [f"{key}: {value}" for key, value in answer.items()]


def _subject(login: str) -> str:
    return login if ":" in login else accounts.local_subject(login)


def _role(options: argparse.Namespace) -> tuple[str | None, str, list[str] | None]:
    units = None if options.units is None else list(filter(None, options.units.split(",")))
    return None if options.role == "none" else options.role, options.dataset, units


def _password() -> str:
    """Asked for twice at a terminal; else one line of what is piped in. Never an option: others
    could read it in the list of processes."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise StoreError("bad_password", "the two passwords are not the same")
    return first


def _plain(one: accounts.Account) -> Plain:
    return {
        "subject": one.subject,
        "name": one.name,
        "active": one.is_active,
        "roles": {
            dataset: grant.role
            + ("" if grant.units is None else f" of {', '.join(sorted(grant.units))}")
            for dataset, grant in one.grants.items()
        },
    }
