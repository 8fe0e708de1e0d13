"""The admin site of orderdesk: sidebar, command search, bell, and the login of allauth."""

from __future__ import annotations

import hashlib
import json
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin
from django.db.models import DateTimeField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from orderdesk.accounts.models import User
from orderdesk.console import menu, search


def _without_moments(admin_class: Any) -> Any:
    """The class whose add form ignores dates with times in its address: Django's split field cannot read a text."""

    def get_changeform_initial_data(self: Any, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = admin_class.get_changeform_initial_data(self, request)
        moments = {field.name for field in self.opts.fields if isinstance(field, DateTimeField)}
        return {name: value for name, value in initial.items() if name not in moments}

    own = {
        "__module__": admin_class.__module__,
        "__doc__": admin_class.__doc__,
        "get_changeform_initial_data": get_changeform_initial_data,
    }
    return type(admin_class.__name__, (admin_class,), own)


class ConsoleSite(admin.AdminSite):
    """`admin.site` of the project."""

    site_header = "orderdesk"
    site_title = "orderdesk"
    index_title = _("Home")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As ever; forms are made deaf to moments in their address, other packages' forms too."""
        super().register(model_or_iterable, _without_moments(admin_class or admin.ModelAdmin), **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The admin's addresses and ours."""
        own = [
            path("pulse/", self.admin_view(require_GET(self.pulse)), name="pulse"),
            path("search/", self.admin_view(self.command_search), name="search"),
            path("rings/", self.admin_view(require_POST(self.rings)), name="rings"),
        ]
        return [*own, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Staff log in through allauth only, so that its second factor and its limits always hold."""
        return secure_admin_login(super().login)(request, extra_context=extra_context)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """The admin's own guard, and the second factor where settings demand one."""
        # Only the words for scripts are the same for everybody.
        words = getattr(view, "__name__", "") == "i18n_javascript"
        inner = super().admin_view(view, cacheable and words)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _lacks_second_factor(request):
                return redirect("mfa_index")
            answer: HttpResponseBase = inner(request, *args, **kwargs)
            return answer

        return guarded

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame of every page needs; no query of its own."""
        context = super().each_context(request) if _wants_app_list(request) else self._frame(request)
        context["menu"] = menu.groups_for(request) if context["has_permission"] else []
        return context

    def _frame(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "available_apps": [],
            "is_popup": False,
            "is_nav_sidebar_enabled": False,
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Home: the dashboard named by settings.CONSOLE_HOME, `view(request, context)`, or a plain list of apps."""
        home = getattr(settings, "CONSOLE_HOME", "")
        if not home:
            return super().index(request, extra_context)
        context = {**self.each_context(request), "title": self.index_title, **(extra_context or {})}
        return import_string(home)(request, context)

    def pulse(self, request: HttpRequest) -> HttpResponse:
        """Counts of the sidebar and the newest id of ringing entries; 304 while nothing moved."""
        entries = menu.entries_for(request.user)
        body = json.dumps(
            {
                "counts": {entry.key: entry.count(request) for entry in entries if entry.count},
                "newest": {entry.key: entry.newest(request) for entry in entries if entry.newest},
            }
        )
        etag = f'"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers={"ETag": etag})
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        return HttpResponse(body, content_type="application/json", headers=headers)

    def command_search(self, request: HttpRequest) -> HttpResponseBase:
        """Hits for a POSTed text (names and phones stay out of addresses and logs); one exact hit is opened."""
        text = request.POST.get("q", "")
        hits = search.find(request, text)
        fragment = request.headers.get("X-Fragment") == "hits"
        if len(hits) == 1 and not fragment:
            return redirect(hits[0].url)
        context = {} if fragment else {**self.each_context(request), "title": _("Search")}
        template = "admin/search_hits.html" if fragment else "admin/search.html"
        return TemplateResponse(request, template, {**context, "hits": hits, "text": text})

    def rings(self, request: HttpRequest) -> HttpResponse:
        """Remember whether this person's desk rings for new orders."""
        User.objects.filter(username=request.user.get_username()).update(
            rings=request.POST.get("rings") == "1"
        )
        return HttpResponse(status=204)


def _lacks_second_factor(request: HttpRequest) -> bool:
    user: Any = request.user
    if not getattr(settings, "REQUIRE_MFA", False) or not user.is_authenticated:
        return False
    if any(record.get("method") == "mfa" for record in get_authentication_records(request)):
        return False
    return not is_mfa_enabled(user)


def _wants_app_list(request: HttpRequest) -> bool:
    # Building the list of every model asks for every permission; only the plain index shows it.
    match = request.resolver_match
    return match is not None and match.url_name in {"index", "app_list"}
