"""`python -m intents lint`: checks the sentences; exit status 1 when there are findings."""

import argparse
import sys

from intents.lint import lint, summary


def main() -> int:
    """Run one of the tools."""
    parser = argparse.ArgumentParser(prog="python -m intents", description=__doc__)
    parser.add_argument("tool", choices=["lint"])
    parser.parse_args()
    findings = lint()
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} findings", file=sys.stderr)
        return 1
    print(f"sentences: {summary()}; nothing to complain about")
    return 0


if __name__ == "__main__":
    sys.exit(main())
