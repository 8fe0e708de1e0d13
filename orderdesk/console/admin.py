"""ConsoleAdmin: the one base of every ModelAdmin.

    @admin.register(Order)
    class OrderAdmin(ConsoleAdmin):
        list_display = ("number_cell", "status_pill", "placed_at", "total_cell")   # fields, methods, functions
        list_select_related = ("customer", "shop")
        sorts = (Sort("new", _("Newest first"), "placed_at"),)                      # indexed, never NULL
        chips = (ChoiceChip("status", _("Status"), Order.Status.choices), ...)      # console/chips.py
        search_hint = _("Number, phone, mail, name")
        bulk_actions = (BulkAction(...),)                                           # console/bulk.py
        export_columns = (ExportColumn(_("Number"), "number"), ...)                 # console/export.py
        export_permission = "orders.export_order"
        live_seconds = 15                                                           # first page refreshes itself
        object_template = "admin/orders/order.html"      # extends admin/object_page.html; none: the admin's form
        object_actions = (ObjectAction(...),)                                       # console/actions.py
        panels_setting = "ORDER_PANELS"                                             # dotted paths, panel(request, obj)
        stale_fields = ("status", "customer_note")                                  # shown when a form was stale

        def search_rows(self, request, queryset, text):  # rows, or redirect(self.object_url(order)) when exact
        def object_context(self, request, obj):          # what the template needs beside `obj`

        @column(_("State"), css="state")                 # heading and class of a computed column
        def status_pill(self, order): return pill(choice_label(order, "status"), "moving")   # console/marks.py

Menu, counts and bell: console/menu.py; ⌘K: console/search.py; template tags: {% load console %}. A list's own parts go
into blocks of admin/list.html, an object's into admin/object_page.html (headline, steps, main, side).

Rows come from `queryset.visible_to(request.user)`; permissions are asked of the row's shop (`scope_of(obj)`), so a role
in one shop opens nothing in another. Deleting is off unless a role holds the delete permission.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderdesk.accounts.models import Shop
from orderdesk.console import export, listing, panels, rows, saved_views, stale
from orderdesk.console.actions import ObjectAction, action_page, buttons
from orderdesk.console.bulk import BulkAction, bulk_page
from orderdesk.console.chips import Chip
from orderdesk.console.export import ExportColumn
from orderdesk.console.keyset import Sort

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

Text = str | Promise
LIST_COUNT_CAP = 10_000


def column(label: Text, *, css: str = "") -> Callable[[Any], Any]:
    """Name a computed column; css "num" aligns right, "when" keeps a time on one line."""

    def named(function: Any) -> Any:
        function.short_description = label
        function.css = css
        return function

    return named


class StaleFormMixin(forms.ModelForm[Any] if TYPE_CHECKING else object):  # type: ignore[misc]
    """Makes a change form that was opened too early invalid, with its input kept."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse; the page shows what changed beside what was typed."""
        self.add_error(None, _("Somebody changed this while you were editing. Your input is kept below."))
        cleaned: dict[str, Any] | None = super().clean()
        return cleaned


class ConsoleAdmin(Base):
    """See the head of this file."""

    show_full_result_count = False
    list_per_page = 50
    actions = None
    save_on_top = False
    list_template = "admin/list.html"
    change_form_template = "admin/console_form.html"

    sorts: ClassVar[Sequence[Sort]] = ()
    chips: ClassVar[Sequence[Chip]] = ()
    bulk_actions: ClassVar[Sequence[BulkAction]] = ()
    export_columns: ClassVar[Sequence[ExportColumn]] = ()
    export_permission: ClassVar[str] = ""
    # How a row names its shop.
    shop_path: ClassVar[str] = "shop_id"
    object_actions: ClassVar[Sequence[ObjectAction]] = ()
    object_template: ClassVar[str] = ""
    panels_setting: ClassVar[str] = ""
    stale_fields: ClassVar[Sequence[str] | None] = None
    search_hint: ClassVar[Text] = ""
    empty_hint: ClassVar[Text] = gettext_lazy("Nothing here yet.")
    live_seconds: ClassVar[int] = 0
    count_cap: ClassVar[int] = LIST_COUNT_CAP
    # Tabs that everybody has before their own saved views: (label, query).
    default_views: ClassVar[Sequence[tuple[Text, str]]] = ()

    # ── who may see and do what ──
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows this user may see; models without shops show all to whoever holds the view permission."""
        queryset = super().get_queryset(request)
        visible = getattr(queryset, "visible_to", None)
        return visible(request.user) if visible else queryset

    def scope_of(self, obj: Any) -> Any:
        """The shop (or the row that names one) in which permissions on `obj` are asked; None asks for any shop."""
        return obj if isinstance(obj, Shop) or hasattr(obj, "shop_id") else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", obj) or self._may(request, "change", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add", None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the list may be downloaded."""
        return request.user.has_perm(
            self.export_permission or f"{self.opts.app_label}.view_{self.opts.model_name}"
        )

    def _may(self, request: HttpRequest, verb: str, obj: Any) -> bool:
        return request.user.has_perm(
            f"{self.opts.app_label}.{verb}_{self.opts.model_name}", self.scope_of(obj)
        )

    def permitted_ids(self, request: HttpRequest, permission: str, ids: Sequence[int]) -> list[int]:
        """Those of `ids` that the user sees and, in their shop, holds `permission` for; in the given order."""
        queryset = self.get_queryset(request).filter(pk__in=ids)
        user: Any = request.user
        if not user.is_superuser and any(field.name == "shop" for field in self.opts.get_fields()):
            queryset = queryset.filter(shop_id__in=user.shop_ids(permission))
        allowed = set(queryset.order_by().values_list("pk", flat=True))
        return [pk for pk in ids if pk in allowed]

    # ── hooks ──
    def get_chips(self, request: HttpRequest) -> Sequence[Chip]:
        """Chips of this request."""
        return self.chips

    def get_count_cap(self, request: HttpRequest) -> int:
        """How far the rows of this list are counted; no further than a page means not at all."""
        return self.count_cap

    def get_sorts(self) -> Sequence[Sort]:
        """At least one sort: newest id first if none is declared."""
        return self.sorts or (Sort("id", gettext_lazy("Newest first"), "pk"),)

    def get_bulk_actions(self, request: HttpRequest) -> list[BulkAction]:
        """Bulk actions the user holds the permission for somewhere."""
        return [action for action in self.bulk_actions if request.user.has_perm(action.permission)]

    def get_object_actions(self, request: HttpRequest, obj: Any) -> Sequence[ObjectAction]:
        """Actions of this object."""
        return self.object_actions

    def get_stale_fields(self) -> Sequence[str]:
        """Fields whose change makes an open form stale and is shown then."""
        if self.stale_fields is not None:
            return self.stale_fields
        return [field.name for field in self.opts.concrete_fields if field.editable and not field.is_relation]

    def search_rows(
        self, request: HttpRequest, queryset: QuerySet[Any], text: str
    ) -> QuerySet[Any] | HttpResponseBase:
        """Rows for a search text, or a redirect to the record it names; override on big tables."""
        found, _duplicates = self.get_search_results(request, queryset, text)
        return found

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """More for `object_template`."""
        return {}

    def list_tools(self, request: HttpRequest) -> list[tuple[Text, str]]:
        """Links (label, address) beside the list's title."""
        return []

    def after_action_url(self, request: HttpRequest, obj: Any) -> str:
        """Where an action leads back to: the object, still knowing its list."""
        return listing.record_url(self, obj.pk, request.GET.get(listing.FILTERS))

    # ── addresses ──
    def url_name(self, page: str) -> str:
        """Name of one of this admin's pages: changelist, change, add, bulk, export, action, save_view …"""
        return f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"

    def object_url(self, obj: Any) -> str:
        """The page of one record."""
        return listing.record_url(self, obj.pk)

    def get_urls(self) -> list[URLPattern]:
        """The console's pages before the admin's own."""

        def page(route: str, view: Callable[..., Any], name: str) -> URLPattern:
            full_name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(route, self.admin_site.admin_view(view), name=full_name)

        own = [
            page("bulk/", require_POST(self.bulk_view), "bulk"),
            page("export/<str:kind>/", require_GET(self.export_view), "export"),
            page("views/save/", require_http_methods(["GET", "POST"])(self.save_view), "save_view"),
            page("views/<int:view_id>/delete/", require_POST(self.delete_saved_view), "delete_view"),
            page(
                "<path:object_id>/action/<slug:name>/",
                require_http_methods(["GET", "POST"])(self.action_view),
                "action",
            ),
        ]
        return [*own, *super().get_urls()]

    # ── pages ──
    def columns(self, request: HttpRequest) -> list[rows.Column]:
        """The list's columns."""
        return rows.columns_of(self, self.get_list_display(request))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Our list in place of the admin's."""
        return listing.list_page(self, request)

    def bulk_view(self, request: HttpRequest) -> HttpResponseBase:
        """Dry run and results of a bulk action."""
        return bulk_page(self, request)

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The filtered list as a file."""
        if kind not in {"csv", "xlsx"} or not self.export_columns:
            raise Http404
        if not self.has_export_permission(request):
            raise PermissionDenied
        found = self.export_rows(request, listing.narrowed(self, request))
        return export.respond(found, self.export_columns, name=str(self.opts.model_name), kind=kind)

    def export_rows(self, request: HttpRequest, found: Any) -> QuerySet[Any]:
        """The rows to write: those of shops where the user may export."""
        if isinstance(found, HttpResponseBase):
            found = self.get_queryset(request)
        sort = listing.chosen_sort(self, request.GET.get("sort", ""))
        user: Any = request.user
        if self.export_permission and not user.is_superuser:
            found = found.filter(**{f"{self.shop_path}__in": user.shop_ids(self.export_permission)})
        ordered: QuerySet[Any] = found.order_by(*sort.ordering())
        return ordered

    def save_view(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the present filters as a tab."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return (
            saved_views.save(self, request)
            if request.method == "POST"
            else saved_views.form_page(self, request)
        )

    def delete_saved_view(self, request: HttpRequest, view_id: int) -> HttpResponseBase:
        """Remove a tab."""
        return saved_views.delete(self, request, view_id)

    def action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponseBase:
        """Form and deed of an object action."""
        return action_page(self, request, unquote(object_id), name)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The object's own page if there is a template for it, else the admin's form."""
        if not self.object_template:
            return super().change_view(request, object_id, form_url, extra_context)
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return TemplateResponse(request, self.object_template, self._object_page(request, obj))

    def _object_page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        previous, following = listing.neighbours(self, request, obj)
        shown = buttons(self, request, obj)
        return {
            **self.admin_site.each_context(request),
            "title": str(obj),
            "opts": self.opts,
            "obj": obj,
            "buttons": [button for button in shown if not button.action.menu],
            "more_buttons": [button for button in shown if button.action.menu],
            "panels": panels.render(self.panels_setting, request, obj),
            "previous_url": previous,
            "next_url": following,
            "list_url": f"{reverse(self.url_name('changelist'))}?{request.GET.get(listing.FILTERS, '')}",
            **self.object_context(request, obj),
        }

    # ── the admin's own form, made safe against stale tabs ──
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The visible row; locked and compared with what the form knew when a change form is submitted."""
        obj = super().get_object(request, object_id, from_field)
        if obj is None or self.object_template:
            return obj
        match = request.resolver_match
        submitted = request.method == "POST" and stale.FIELD in request.POST
        if not submitted or match is None or match.url_name != self.url_name("change").partition(":")[2]:
            return obj
        return self._locked(request, object_id, from_field)

    def _locked(self, request: Any, object_id: str, from_field: str | None) -> Any:
        self.model._base_manager.select_for_update().filter(pk=object_id).values_list("pk").first()
        obj = super().get_object(request, object_id, from_field)
        if obj is not None:
            request.console_changed = stale.differences(
                obj, self.get_stale_fields(), request.POST[stale.FIELD]
            )
            request.console_seen = stale.seen(obj, self.get_stale_fields())
        return obj

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """The form, refusing when the row moved on."""
        form = super().get_form(request, obj, change, **kwargs)
        if getattr(request, "console_changed", None) is None:
            return form
        return type(f"Stale{form.__name__}", (StaleFormMixin, form), {})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Add the note of what this form shows, and what changed meanwhile."""
        obj = kwargs.get("obj")
        changed = getattr(request, "console_changed", None)
        fresh = getattr(request, "console_seen", "")
        context["seen"] = fresh or (stale.seen(obj, self.get_stale_fields()) if obj is not None else "")
        context["changed"] = changed
        response = super().render_change_form(request, context, *args, **kwargs)
        if changed is not None:
            response.status_code = 409
        return response

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001
        """Write only what the form changed, so that two people editing different fields both win."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        concrete = {field.name for field in obj._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in concrete]
        if hasattr(obj, "version"):
            obj.version += 1
            changed.append("version")
        obj.save(update_fields=changed)
