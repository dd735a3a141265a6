"""Maya, whose demo ran once for all tests that only look at her."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import invoke


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("maya")
    done = invoke(made, "demo", str(made))
    assert done.exit_code == 0, done.output
    return made
