"""The empty form of our CSV, and the rows that an import did not take."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orderdesk.console.export import guarded
from orders.admin.imports.pages import IMPORT, own_run
from orders.admin.shipping.doors import door
from orders.models import ImportRun
from orders.sources.complaints import sentence
from orders.sources.csv_columns import COLUMNS

# Without it Excel takes UTF-8 for the system's own encoding.
_MARK = "\ufeff"


@door(IMPORT)
@require_GET
def template(_request: HttpRequest) -> HttpResponse:
    """Headings and one made-up order."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in COLUMNS])
    writer.writerow([column.example for column in COLUMNS])
    headers = {"Content-Disposition": 'attachment; filename="orders-template.csv"'}
    return HttpResponse(_MARK + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@door(IMPORT)
@require_GET
def rejects(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Every rejected row: line, column, what is wrong, the row itself."""
    run = own_run(request, run_id)
    headers = {"Content-Disposition": f'attachment; filename="rejects-{run.pk}.csv"'}
    return StreamingHttpResponse(_rows(run), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(run: ImportRun) -> Iterator[str]:
    yield _MARK + _line([_("line"), _("column"), _("reason"), _("row")])
    for reject in run.rejects.order_by("pk").iterator(chunk_size=2000):
        yield _line([reject.line, reject.column, sentence(reject.code, reject.params), guarded(reject.raw)])


def _line(cells: list[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
