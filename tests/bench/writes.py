"""What staff do: one step, a hundred at once, and the whole way of looking, doing and looking on."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.client import Answer, hidden_inputs
from tests.bench.counting import ANSWER, ASK
from tests.bench.desk import Desk
from tests.bench.measuring import PER_ROUND, Figure, attempt, timed
from tests.bench.pages import LIST

_BULK = 100


def writes(desk: Desk) -> list[Figure]:
    """Each takes newly placed orders that nobody has touched."""
    fresh = iter(desk.placed)
    return [
        *attempt("one transition", lambda: _transition(desk, fresh)),
        *attempt("GET + POST + next page", lambda: _flow(desk, fresh)),
        *attempt("bulk of 100", lambda: _bulk(desk, fresh)),
    ]


def _confirm(desk: Desk, pk: int, **fields: str) -> Answer:
    return desk.staff.post(f"{LIST}{pk}/action/confirm/", fields)


def _transition(desk: Desk, fresh: Iterator[int]) -> Figure:
    figure = timed(desk.server, "one transition", lambda _i: _confirm(desk, next(fresh)), expect=(302,))
    figure.queries = _queries(desk, f"{LIST}{next(fresh)}/action/confirm/", {})
    return figure


def _queries(desk: Desk, path: str, fields: dict[str, str | list[str]]) -> int:
    desk.staff.extra = {ASK: "1"}
    answer = desk.staff.post(path, fields)
    desk.staff.extra = {}
    return int(answer.headers[ANSWER.lower()])


def _flow(desk: Desk, fresh: Iterator[int]) -> Figure:
    """The page, the button with all that its form carries, the page after it."""

    def go(_i: int) -> Answer:
        pk = next(fresh)
        page = desk.staff.get(f"{LIST}{pk}/change/")
        inputs = hidden_inputs(page.text, "/action/confirm/")
        done = _confirm(desk, pk, **{name: v for name, v in inputs.items() if name != "csrfmiddlewaretoken"})
        after = desk.staff.get(done.location)
        return Answer(after.status, after.headers, after.body, page.ms + done.ms + after.ms)

    return timed(desk.server, "GET + POST + next page", go, per_round=PER_ROUND // 2)


def _bulk(desk: Desk, fresh: Iterator[int]) -> Figure:
    def fields() -> dict[str, str | list[str]]:
        return {"action": "confirm", "confirm": "1", "ids": [str(next(fresh)) for _ in range(_BULK)]}

    figure = timed(
        desk.server, "bulk of 100", lambda _i: desk.staff.post(f"{LIST}bulk/", fields()), per_round=1
    )
    figure.queries = _queries(desk, f"{LIST}bulk/", fields())
    return figure
