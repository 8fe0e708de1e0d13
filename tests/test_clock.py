"""The clock that replays can set."""

from datetime import timedelta

from django.utils import timezone

from orderdesk import clock


def test_a_replayed_moment_holds_inside_and_ends_outside() -> None:
    past = timezone.now() - timedelta(days=3)
    with clock.at(past):
        assert clock.now() == past
        with clock.at(past + timedelta(hours=1)):
            assert clock.now() == past + timedelta(hours=1)
        assert clock.now() == past
    assert timezone.now() - clock.now() < timedelta(seconds=5)
