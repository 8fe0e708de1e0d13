"""The project's addresses and one more: a bare view with a template of 10 KB, the floor of every page."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from orderdesk.urls import handler403, handler404, handler500
from orderdesk.urls import urlpatterns as project

_ROWS = "{% for row in rows %}<tr><td>{{ row.0 }}</td><td>{{ row.1 }}</td></tr>{% endfor %}"
_PAGE = engines["django"].from_string(f"<!doctype html><table>{_ROWS}</table>")
_FIFTY = [(f"N-{n:06d}", "가나다라마바사아자차카타파하" * 4) for n in range(50)]


def floor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_PAGE.render({"rows": _FIFTY}, request))


urlpatterns = [path("bench/floor/", floor), *project]
__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
