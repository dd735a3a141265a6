"""Every fault of the catalogue has its test, in one place."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

FAULTS = 55


def test_each_fault_is_tested_and_in_one_module_only() -> None:
    where = defaultdict(set)
    for module in Path(__file__).parent.glob("test_*.py"):
        for number in re.findall(r"^def test_(\d\d)_", module.read_text(), re.MULTILINE):
            where[int(number)].add(module.name)
    assert sorted(where) == list(range(1, FAULTS + 1))
    assert {number: modules for number, modules in where.items() if len(modules) > 1} == {}
