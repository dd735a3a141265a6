import pytest

from timeblock.core.interval import HOUR, MINUTE
from timeblock.errors import AuthNeeded, Conflict, FixNeeded, Forbidden, Incomplete, TimeblockError, TryLater, Unsure
from timeblock.sync.retry import MOST, again

NOW = 1_000_000


@pytest.mark.parametrize(
    ("at", "when"),
    [
        (NOW + HOUR, NOW + HOUR),
        (NOW - 30, NOW + MINUTE),
        (NOW + 48 * HOUR, NOW + 24 * HOUR),
    ],
)
def test_a_server_says_when_between_a_minute_and_a_day(at: int, when: int) -> None:
    assert again(TryLater("busy", at), 99, NOW) == when


@pytest.mark.parametrize("error", [Forbidden("no"), Conflict("odd"), Incomplete("cut"), Unsure("lost")])
def test_what_fails_by_itself_waits_longer_each_time_and_is_given_up(error: TimeblockError) -> None:
    delays = [again(error, attempts, NOW) for attempts in range(1, MOST)]
    assert delays == [NOW + minutes * MINUTE for minutes in (1, 4, 16, 64, 256)]
    assert again(error, MOST, NOW) is None


@pytest.mark.parametrize("error", [AuthNeeded("sign in"), FixNeeded("mend the config"), TryLater("no network")])
def test_what_the_person_mends_is_tried_as_soon_as_they_did(error: TimeblockError) -> None:
    assert again(error, 99, NOW) == NOW
