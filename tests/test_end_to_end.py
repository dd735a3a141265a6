"""The program as people run it: real commands in real processes, on a real CalDAV server that the tests start."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.person import CONFIG, Person, key, person_at
from tests.servers import Server, radicale


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with radicale(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def person(server: Server, tmp_path: Path) -> Iterator[Person]:
    with person_at(server, tmp_path) as made:
        yield made


def test_the_second_apply_sends_no_request_that_writes(person: Person) -> None:
    person.run("sync")
    person.run("plan")
    assert person.front.writes == []
    person.run("apply")
    written = [path for _, path in person.front.writes if "trial" not in path]
    assert len(written) == len(person.blocks()) > 10
    count = len(person.front.writes)
    person.run("apply")
    assert len(person.front.writes) == count


def test_a_foreign_event_stays_byte_for_byte_in_the_servers_own_store(person: Person) -> None:
    path = person.calendars["work"].strip("/")
    stored = person.server.storage / "collection-root" / path / "board.ics"
    before = stored.read_bytes()
    person.run("apply")
    person.run("undo")
    assert stored.read_bytes() == before


def test_a_block_deleted_in_another_program_stays_deleted(person: Person) -> None:
    person.run("apply")
    gone = next(iter(sorted(person.blocks())))
    person.delete(gone)
    count = len(person.blocks())
    person.run("apply")
    person.run("apply")
    assert gone not in person.blocks()
    assert len(person.blocks()) == count


def test_a_moved_block_stays_where_it_was_moved_to(person: Person) -> None:
    person.run("apply")
    name = next(name for name, text in person.blocks().items() if "dinner" in key(text))
    stored = person.edit(name, lambda text: text.replace("T180000", "T193000").replace("T200000", "T213000"))
    person.run("apply")
    person.run("apply")
    assert person.blocks()[name] == stored


def test_undo_takes_the_whole_run_back_and_it_does_not_return(person: Person) -> None:
    person.run("apply")
    assert person.blocks()
    person.run("undo")
    assert person.blocks() == {}
    writes = len(person.front.writes)
    person.run("apply")
    assert person.blocks() == {}
    assert len(person.front.writes) == writes


def test_a_plan_kept_in_a_file_is_written_exactly(person: Person, tmp_path: Path) -> None:
    kept = tmp_path / "plan.json"
    person.run("plan", "-o", str(kept))
    person.run("apply", str(kept))
    assert len(person.blocks()) == len(json.loads(kept.read_text())["blocks"])


def test_json_is_one_document_and_nothing_else(person: Person) -> None:
    for words in (["sync"], ["plan"], ["measure"], ["calendars"], ["classify"], ["status"], ["log"], ["doctor"]):
        json.loads(person.run("--json", *words, code=0))


def test_an_unreachable_server_ends_with_5_and_a_wrong_password_with_4(person: Person) -> None:
    text = person.config.read_text()
    person.config.write_text(text.replace('"secret"', '"wrong"'))
    person.run("sync", code=4)
    person.config.write_text(text.replace(person.front.url, "http://127.0.0.1:9/"))
    person.run("sync", code=5)


OTHERS = """
[accounts.revoked]
type = "caldav"
url = "{url}"
username = "alice"
password = "not-any-more"
[accounts.dead]
type = "caldav"
url = "http://127.0.0.1:9/"
username = "alice"
password = "secret"
[[calendars]]
name = "club"
account = "revoked"
[[calendars]]
name = "choir"
account = "dead"
[[blocks]]
name = "dinner"
"""


def test_a_revoked_sign_in_and_a_dead_host_are_told_in_a_line_each_and_the_healthy_account_is_served(
    person: Person,
) -> None:
    person.configure(CONFIG.replace('[[blocks]]\nname = "dinner"\n', OTHERS, 1))
    ended = person.ended("apply")
    assert ended.returncode == 4
    lines = ended.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["club", "choir"]
    assert "does not accept user 'alice'" in lines[0]
    assert "cannot be reached" in lines[1]
    assert len(person.standing()) == len(set(person.standing())) > 10
    person.configure(CONFIG.replace('[[blocks]]\nname = "dinner"\n', OTHERS.replace("not-any-more", "secret"), 1))
    again = json.loads(person.run("sync", "--json", code=5))
    assert again["calendars"].keys() == {"work", "protected"}
