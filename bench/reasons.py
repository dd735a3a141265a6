"""Whether everything that did not fit has a reason, how short it is, and what it takes: ``python -m bench.reasons``.

Made-up weeks (``bench/planner/instances.py``). *named* things keep a block out as all others lie, or, in the second
figure, wherever those lie, which is a question to the solver: so is the price of having the block. CPU seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import TypeVar

from bench.planner.instances import LOADS, instance
from timeblock.planner import exact
from timeblock.planner.explain import explained
from timeblock.planner.whatif import priced
from timeblock.planner.why import Missed

T = TypeVar("T")
FEW = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--weeks", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    exact.solve(instance("light", 1, 0))  # imports
    print(f"| instance | did not fit | have a reason | name at most {FEW} | have an alternative | plan | price, max |")
    print("|---|---|---|---|---|---|---|")
    for weeks in options.weeks:
        for load in LOADS:
            print(row(load, weeks, options.seeds), flush=True)


def row(load: str, weeks: int, seeds: int) -> str:
    missed: list[Missed] = []
    whole, single = [], [0.0]
    for problem in (instance(load, weeks, seed) for seed in range(seeds)):
        plan = exact.solve(problem)
        took, told = timed(lambda: explained(problem, plan))  # noqa: B023 - called at once
        whole.append(took)
        for one in told.unplaced:
            only = replace(told, placed=(), unplaced=(one,))
            took, asked = timed(lambda: priced(problem, plan, only))  # noqa: B023 - called at once
            single.append(took)
            missed += asked.unplaced
    number = len(missed)
    cells = (
        f"{load}, {weeks} w",
        f"{number}",
        f"{sum(bool(m.why or m.causes) for m in missed)}",
        f"{sum(len(m.causes) <= FEW for m in missed)}, {sum(things(m) <= FEW for m in missed)}",
        f"{sum(m.nearest is not None or m.price is not None for m in missed)}",
        f"{median(whole):.3f}",
        f"{median(single[1:] or single):.2f}, {max(single):.2f}",
    )
    return f"| {' | '.join(cells)} |"


def things(missed: Missed) -> int:
    """As few as are known to keep it out."""
    return len(missed.kept_out_by) or len(missed.causes)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


if __name__ == "__main__":
    main()
