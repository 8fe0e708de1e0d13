"""Counts a request's queries when it is asked to, so that timed requests carry no counter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

ASK, ANSWER = "X-Bench-Count", "X-Bench-Queries"
View = Callable[[HttpRequest], HttpResponseBase]


class _Counter:
    """An execute wrapper that counts; BEGIN, SAVEPOINT and COMMIT do not pass through it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def count_queries(get_response: View) -> View:
    """Middleware: X-Bench-Count in the request puts X-Bench-Queries into the answer."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if ASK not in request.headers:
            return get_response(request)
        counter = _Counter()
        with connection.execute_wrapper(counter):
            response = get_response(request)
        response.headers[ANSWER] = str(counter.count)
        return response

    return middleware
