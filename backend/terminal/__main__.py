"""`make chat`: talk to the running product as one of its made-up citizens."""

from __future__ import annotations

import argparse
import json
import os
import sys

from rich.console import Console

from backend.launch.places import Places
from backend.terminal.conversation import Conversation, pick_citizen, reading
from backend.terminal.rendering import Screen
from backend.terminal.session import NotRunning, Refused, Session


def find_api() -> str:
    """API_URL or PORT if set, else where the running product says it is, else the usual port."""
    if os.environ.get("API_URL"):
        return os.environ["API_URL"]
    if os.environ.get("PORT"):
        return f"http://127.0.0.1:{os.environ['PORT']}"
    try:
        return str(json.loads((Places.find().data / "run.json").read_text())["api_url"])
    except (OSError, ValueError, KeyError):
        return "http://127.0.0.1:8000"


def main(arguments: list[str]) -> int:
    """Hold one conversation; 1 when it could not begin."""
    parser = argparse.ArgumentParser(prog="make chat", description=__doc__)
    parser.add_argument("--as", dest="number", type=int, metavar="N", help="the Nth made-up citizen")
    parser.add_argument("--phone", help="any phone number, for a citizen of your own")
    parser.add_argument("--linger", type=float, default=0, metavar="SECONDS", help="listen on after the end")
    wishes = parser.parse_args(arguments)
    # A pipe gets a fixed width: boxes must look the same in a file wherever it was made.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 100)
    session = Session(find_api())
    try:
        with reading(console) as read:
            session.sign_in(wishes.phone or pick_citizen(session, console, read, wishes.number))
            Conversation(session, Screen(console), read).hold(wishes.linger)
    except (NotRunning, Refused) as error:
        Console(stderr=True, highlight=False).print(f"\n{error}\n", markup=False, soft_wrap=True)
        return 1
    except (EOFError, KeyboardInterrupt):
        return 0
    finally:
        session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
