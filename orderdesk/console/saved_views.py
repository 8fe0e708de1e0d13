"""Saved views: the tabs above a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from orderdesk.accounts.models import Shop
from orderdesk.console.models import SavedView

if TYPE_CHECKING:
    from orderdesk.console.admin import ConsoleAdmin

SHARE = "console.share_view"


def context(admin: ConsoleAdmin, request: HttpRequest, query: str) -> dict[str, Any]:
    """Tabs of this list, and who the present filters may be saved for."""
    user: Any = request.user
    views = SavedView.objects.usable_by(user).filter(model_label=admin.opts.label)
    current = _normal(query)
    tabs = [(view, view.query == current, view.user_id == user.pk) for view in views]
    mine = next((view for view, on, own in tabs if on and own), None)
    return {
        "saved_views": tabs,
        "all_rows_current": not current,
        "default_views": [(label, view, _normal(view) == current) for label, view in admin.default_views],
        "on_saved_view": mine,
        "delete_view_url": reverse(admin.url_name("delete_view"), args=[mine.pk]) if mine else "",
        "save_view_url": f"{reverse(admin.url_name('save_view'))}?{urlencode({'query': query})}",
    }


def form_page(admin: ConsoleAdmin, request: HttpRequest) -> HttpResponse:
    """GET: the small form that asks for a name, and for whom."""
    user: Any = request.user
    fragment = request.headers.get("X-Fragment") == "dialog"
    frame = {} if fragment else admin.admin_site.each_context(request)
    query = request.GET.get("query", "")
    context = {
        **frame,
        "title": _("Save this view"),
        "query": query,
        "teams": _teams(user) if user.has_perm(SHARE) else [],
        "back_url": f"{reverse(admin.url_name('changelist'))}?{query}",
    }
    template = "admin/save_view_form.html" if fragment else "admin/save_view.html"
    return TemplateResponse(request, template, context)


def save(admin: ConsoleAdmin, request: HttpRequest) -> HttpResponse:
    """POST name, query and optionally shop: keep (or replace) a view of that name."""
    user: Any = request.user
    name = request.POST.get("name", "").strip()[:60]
    query = _normal(request.POST.get("query", ""))[:1000]
    shop = request.POST.get("shop", "")
    address = reverse(admin.url_name("changelist"))
    if not name:
        messages.error(request, _("Give the view a name."))
        return redirect(f"{address}?{query}")
    shop_id = int(shop) if shop.isdigit() and int(shop) in user.shop_ids(SHARE) else None
    team = Shop.objects.filter(pk=shop_id).first() if shop_id else None
    SavedView.objects.update_or_create(
        user=user, shop=team, model_label=admin.opts.label, name=name, defaults={"query": query}
    )
    messages.success(request, _("Saved the view “%(name)s”.") % {"name": name})
    return redirect(f"{address}?{query}")


def delete(admin: ConsoleAdmin, request: HttpRequest, view_id: int) -> HttpResponse:
    """POST: remove one's own view."""
    view = get_object_or_404(SavedView, pk=view_id, user=request.user, model_label=admin.opts.label)
    view.delete()
    messages.success(request, _("Removed the view “%(name)s”.") % {"name": view.name})
    return redirect(admin.url_name("changelist"))


def _normal(query: str) -> str:
    return urlencode(sorted(parse_qsl(query)))


def _teams(user: Any) -> list[tuple[int, str]]:
    return list(Shop.objects.filter(pk__in=user.shop_ids(SHARE)).values_list("pk", "name"))
