from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """A clock that moves only when told to."""
    with time_machine.travel("2026-11-24T03:00:10+00:00", tick=False) as clock:
        yield clock
