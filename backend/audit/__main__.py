"""`python -m backend.audit [--since DAY] [--until DAY]`: is the audit trail whole? Exit status 1 if not."""

import argparse
import sys
from datetime import date

from backend.audit.trail import verify
from backend.core.house import house


def main(arguments: list[str] | None = None) -> int:
    """Check and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m backend.audit", description=__doc__)
    parser.add_argument("--since", type=date.fromisoformat, help="first day, YYYY-MM-DD")
    parser.add_argument("--until", type=date.fromisoformat, help="last day, YYYY-MM-DD")
    given = parser.parse_args(arguments)
    verdict = verify(house(), since=given.since, until=given.until)
    if verdict.broken:
        print(f"BROKEN at {verdict.broken.entry}: {verdict.broken.why} ({verdict.entries} entries before it)")
        return 1
    print(f"whole: {verdict.entries} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
