"""``python -m tests.month [--full] [--seed N]``: a month of the daemon, and what it came to.

``--full``: asked every minute to quarter of an hour, two weeks planned at once, twice the meetings.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from tests.month.month import FULL, QUICK, month

if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--days", type=int, default=31)
    said = options.parse_args()
    with month(said.seed, replace(FULL if said.full else QUICK, days=said.days)) as lived:
        lived.progress = lambda line: print(line, file=sys.stderr)
        lived.run()
        print(lived.told())
        sys.exit(bool(lived.judge.broken))
