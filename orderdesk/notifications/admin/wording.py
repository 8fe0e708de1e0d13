from __future__ import annotations

import difflib
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.marks import ago, pill
from orderdesk.events.actor import Actor
from orderdesk.notifications.admin.editor import editor_query, preview_frame, versions_of, write_page
from orderdesk.notifications.admin.frames import copy_response, with_frame
from orderdesk.notifications.kinds import KINDS, kind_choices
from orderdesk.notifications.models import MessageChannel, TemplateText
from orderdesk.notifications.services.own_wording import Place, drop_wording, use_wording
from orderdesk.notifications.services.preview import preview, send_test, standard

PERMISSION = "notifications.change_templatetext"
IN_USE = _("This version is in use already.")
NOT_IN_USE = _("The standard wording is in use already.")


class TestForm(forms.Form):
    """Where the test goes."""

    recipient = forms.CharField(label=_("To"), max_length=254)


def _actor(request: Any) -> Actor:
    return Actor.staff(request.user.pk)


def _use(request: Any, wording: TemplateText, _cleaned: dict[str, Any]) -> str | Promise:
    use_wording(wording.pk, actor=_actor(request))
    return _("From now on messages are written with this version.")


def _drop(request: Any, wording: TemplateText, _cleaned: dict[str, Any]) -> str | Promise:
    drop_wording(wording.pk, actor=_actor(request))
    return _("From now on messages are written in the standard wording.")


def _test(_request: Any, wording: TemplateText, cleaned: dict[str, Any]) -> str | Promise:
    message = send_test(wording, cleaned["recipient"])
    return (
        _("The test is on its way.")
        if message and not message.reason
        else _("This address cannot be written to.")
    )


def _nothing_in_use(row: TemplateText) -> str | Promise | None:
    place = Place(row.kind, row.channel, row.language)
    used = versions_of(row.shop_id, place).filter(is_published=True)
    return None if row.is_published or used.exists() else NOT_IN_USE


@admin.register(TemplateText)
class WordingAdmin(ConsoleAdmin):
    """A shop's own wordings over the standard ones, in versions."""

    list_display = ("kind_cell", "channel", "language", "version_cell", "use_cell", "shop", "when_cell")
    list_select_related = ("shop",)
    chips = (
        ChoiceChip("kind", _("Kind"), kind_choices()),
        ChoiceChip("channel", _("Channel"), MessageChannel.choices),
        ChoiceChip("language", _("Language"), [("ko", "한국어"), ("en", "English")]),
    )
    empty_hint = _(
        "Every message goes out in the standard wording. Write your own where you want it different."
    )
    object_template = "admin/notifications/wording.html"
    stale_fields = ("is_published",)
    object_actions = (
        ObjectAction(
            "use",
            _("Put into use"),
            PERMISSION,
            _use,
            why_not=lambda row: IN_USE if row.is_published else None,
            tone="primary",
        ),
        ObjectAction("test", _("Test send"), PERMISSION, _test, TestForm),
        ObjectAction(
            "drop",
            _("Back to the standard wording"),
            PERMISSION,
            _drop,
            why_not=_nothing_in_use,
            hide_when_refused=True,
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    @with_frame
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """The editor in place of the admin's empty form."""
        return write_page(self, request)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """What is typed in the editor, as the message would read."""
        return preview_frame(request)

    @column(_("Kind"))
    def kind_cell(self, row: TemplateText) -> str:
        return str(KINDS[row.kind].label) if row.kind in KINDS else row.kind

    @column(_("Version"), css="num")
    def version_cell(self, row: TemplateText) -> str:
        return f"v{row.version}"

    @column(_("In use"))
    def use_cell(self, row: TemplateText) -> str:
        return pill(_("In use"), "done") if row.is_published else pill(_("Not in use"), "idle")

    @column(_("Written"), css="when")
    def when_cell(self, row: TemplateText) -> str:
        return ago(row.created_at)

    def get_urls(self) -> list[URLPattern]:
        copy = self.admin_site.admin_view(require_GET(self.copy_view))
        seen = self.admin_site.admin_view(require_POST(self.preview_view))
        return [
            path("preview/", seen, name="notifications_templatetext_preview"),
            path("<int:pk>/copy/<slug:which>/", copy, name="notifications_templatetext_copy"),
            *super().get_urls(),
        ]

    def copy_view(self, request: HttpRequest, pk: int, which: str) -> HttpResponse:
        """This version, or the standard one, for the frame; with the order of `?number=` if there is one."""
        wording = self.get_queryset(request).select_related("shop").filter(pk=pk).first()
        if wording is None or which not in {"own", "standard"}:
            raise Http404
        if not self.has_view_permission(request, wording):
            raise PermissionDenied
        shown = (preview if which == "own" else standard)(wording, request.GET.get("number", ""))
        return copy_response(shown.text, shown.html)

    @with_frame
    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().change_view(request, *args, **kwargs)

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        number = request.GET.get("number", "")[:40]
        own, plain = (
            reverse("admin:notifications_templatetext_copy", args=[obj.pk, which])
            for which in ("own", "standard")
        )
        query = f"?{urlencode({'number': number})}" if number else ""
        return {
            "title": str(obj),
            "edit_url": f"{reverse('admin:notifications_templatetext_add')}?{editor_query(obj)}",
            "versions": list(versions_of(obj.shop_id, Place(obj.kind, obj.channel, obj.language))[:20]),
            "shown": preview(obj, number),
            "number": number,
            "own_url": own + query,
            "standard_url": plain + query,
            "changes": changes(obj),
            "place_query": editor_query(obj).rpartition("&")[0],
        }


def changes(wording: TemplateText) -> list[tuple[str, str]]:
    """Lines of the text with "+" or "-" against the version before; nothing when there is none."""
    rows = TemplateText.objects.filter(
        shop_id=wording.shop_id, kind=wording.kind, channel=wording.channel, language=wording.language
    )
    before = rows.filter(version__lt=wording.version).order_by("-version").first()
    if before is None:
        return []
    old, new = (f"{row.subject_line}\n{row.body}".splitlines() for row in (before, wording))
    return [(line[0], line[2:]) for line in difflib.ndiff(old, new) if line[0] in "+- "]


menu.register(
    _("Messages"),
    _("Own wordings"),
    "admin:notifications_templatetext_changelist",
    "notifications.view_templatetext",
    icon="dot",
    order=30,
)
