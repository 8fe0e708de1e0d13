"""Orders in the console: the list and the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from orderdesk.console.actions import ObjectAction
from orderdesk.console.admin import ConsoleAdmin
from orderdesk.console.chips import Chip
from orderdesk.console.keyset import Sort
from orders.admin import columns, export, filters, unmask
from orders.admin.actions import ORDER_ACTIONS
from orders.admin.actions.desk import ROW_ACTIONS
from orders.admin.actions.edit import LINE_ACTIONS
from orders.admin.actions.flow import emphasise_next, passed
from orders.admin.actions.shipping import SHIPMENT_STEPS
from orders.admin.bulk import BULK_ACTIONS
from orders.admin.new_order import new_order_page
from orders.admin.page import for_actions, page_context, with_everything
from orders.models import Order
from orders.search import PERSONAL, find_orders

_ON_ROWS = frozenset(action.name for action in (*SHIPMENT_STEPS, *ROW_ACTIONS, *LINE_ACTIONS))
_PAGES = frozenset({"change", "unmask"})


@admin.register(Order)
class OrderAdmin(ConsoleAdmin):
    """Everything about orders that staff see and do."""

    list_display = columns.COLUMNS
    list_select_related = ("customer", "assigned_to")
    list_template = "admin/orders/list.html"
    sorts: ClassVar[Sequence[Sort]] = (
        Sort("new", _("Newest first"), "placed_at"),
        Sort("old", _("Oldest first"), "placed_at", descending=False),
    )
    search_hint = _("Number, phone, mail, tracking, name")
    empty_hint = _("No order yet. Take one by phone, or import a file.")
    bulk_actions = BULK_ACTIONS
    export_columns = tuple(export.columns(masked=True, zone=None))
    export_permission = export.PERMISSION
    live_seconds = 20
    # Beyond this a number says nothing that "+" does not say.
    count_cap = 1_000
    default_views = filters.DEFAULT_VIEWS
    object_template = "admin/orders/order.html"
    panels_setting = "ORDER_PANELS"
    stale_fields = ("status", "payment_state", "fulfilment_state", "total", "captured_total", "staff_note")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An order is changed by its verbs only."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Visible orders; with their tags where rows show them (the page reads them in its own query)."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows if _page_of(request) in _PAGES else rows.prefetch_related("tags")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The visible order with all that its page, or an action on it, reads."""
        page = _page_of(request)
        load = with_everything if page in _PAGES else for_actions
        try:
            return load(self.get_queryset(request)).get(pk=object_id)
        except (Order.DoesNotExist, ValueError):
            return None

    def get_count_cap(self, request: HttpRequest) -> int:
        """A search that walks the orders counts nothing beyond its page."""
        return self.list_per_page if getattr(request, "walks_orders", False) else self.count_cap

    def get_chips(self, request: HttpRequest) -> Sequence[Chip]:
        """Shop and tag chips only where they narrow anything."""
        return filters.chips_for(request)

    def search_rows(self, request: HttpRequest, queryset: Any, text: str) -> QuerySet[Any] | HttpResponseBase:
        """Typed search; straight to the order when the text names exactly one. Looks by personal data are recorded."""
        user: Any = request.user
        shops = user.shop_ids("orders.view_order")
        answer = find_orders(text, queryset, shops)
        if answer.by in PERSONAL and request.headers.get("X-Fragment") != "rows":
            unmask.record_looks(request, shops, what="search", subject="customers", field=str(answer.by))
        request.walks_orders = answer.walks  # type: ignore[attr-defined]
        narrowing = set(request.GET) - {"q"}
        if answer.only is not None and not narrowing:
            return redirect(self.object_url(answer.only))
        return answer.rows

    def get_object_actions(self, request: HttpRequest, obj: Any) -> Sequence[ObjectAction]:
        """On the page: verbs of the order whose time has not passed. As an address: every one."""
        if _page_of(request) == "action":
            return ORDER_ACTIONS
        shown = [a for a in ORDER_ACTIONS if a.name not in _ON_ROWS and not passed(a.name, obj)]
        return emphasise_next(shown, obj)

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The panels of the page."""
        return page_context(request, obj, getattr(request, "unmasked", {}))

    def get_urls(self) -> list[URLPattern]:
        """Two pages more: one field unmasked, and the export that asks why."""

        def page(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"orders_order_{name}")

        own = [
            page("export/<str:kind>/", require_http_methods(["GET", "POST"])(self.export_view), "export"),
            page("<path:object_id>/unmask/", require_POST(self.unmask_view), "unmask"),
        ]
        return [*own, *super().get_urls()]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Asks for the reason, records it, streams."""
        return export.export_page(self, request, kind)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """An order taken by phone."""
        return new_order_page(self, request)

    def unmask_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show one masked field, on this page only, and write down who looked."""
        order = self.get_object(request, object_id)
        field = request.POST.get("field", "")
        if order is None or field not in unmask.FIELDS:
            raise Http404
        if not request.user.has_perm(unmask.UNMASK, order.shop):
            raise PermissionDenied
        unmask.record_access(request, order, field, what="unmask")
        value = unmask.whole(order, field)
        if request.headers.get("X-Fragment") == "value":
            return HttpResponse(value, content_type="text/plain; charset=utf-8")
        request.unmasked = {field: value}  # type: ignore[attr-defined]
        return TemplateResponse(request, self.object_template, self._object_page(request, order))


def _page_of(request: HttpRequest) -> str:
    match = request.resolver_match
    name = match.url_name if match and match.url_name else ""
    return name.removeprefix("orders_order_")
