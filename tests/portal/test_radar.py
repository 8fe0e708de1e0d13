"""Where the courier is, in words."""

from __future__ import annotations

import pytest

from orderdesk.portal.radar import distance, way


@pytest.mark.parametrize(
    ("latitude", "longitude", "bearing"), [(38, 127, 0), (37, 128, 90), (36, 127, 180), (37, 126, 270)]
)
def test_the_way_knows_its_direction(latitude: float, longitude: float, bearing: float) -> None:
    metres, towards = way(37, 127, latitude, longitude)
    assert 85_000 < metres < 112_000
    assert towards == pytest.approx(bearing, abs=0.5)


@pytest.mark.parametrize(
    ("metres", "said"), [(47, "50 m"), (999, "1000 m"), (1_000, "1 km"), (1_240, "1.2 km"), (14_400, "14 km")]
)
def test_a_distance_is_as_exact_as_it_needs_to_be(metres: float, said: str) -> None:
    assert distance(metres) == said
