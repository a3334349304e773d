"""`python -m backend.workbench create NAME --department … --roles …`: a department's first administrator.

The password is read from the terminal, or from standard input where there is none; it is never printed.
"""

import argparse
import getpass
import sys

from backend.core.errors import Problem
from backend.core.house import house
from backend.core.prepare import prepare
from backend.workbench.roles import Role
from backend.workbench.staff import create_staff


def main(arguments: list[str] | None = None) -> int:
    """Create the account; the exit status says whether it was made."""
    given = _parser().parse_args(arguments)
    place = house()
    prepare(place)
    try:
        account = create_staff(
            place,
            name=given.name,
            password=_read_password(),
            department=given.department,
            roles=given.roles,
            display=given.display,
            by="command",
        )
    except Problem as problem:
        print(problem.detail, file=sys.stderr)
        return 1
    print(f"created {account['name']} ({account['_id']}) at {account['department']}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.workbench", description=__doc__)
    command = parser.add_subparsers(dest="command", required=True)
    create = command.add_parser("create", help="create a staff account")
    create.add_argument("name")
    create.add_argument("--department", required=True, help="a key of backend/matters/departments.yml")
    create.add_argument("--roles", nargs="+", choices=[*Role], default=[Role.ADMINISTRATE.value])
    create.add_argument("--display", default="", help="the name that citizens see masked")
    return parser


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("password: ")
    if getpass.getpass("again: ") != first:
        raise Problem("invalid-request", "两次输入的密码不一样。")
    return first


if __name__ == "__main__":
    sys.exit(main())
