from __future__ import annotations

import difflib
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.marks import ago, pill
from orderdesk.events.actor import Actor
from orderdesk.notifications.admin.frames import copy_response, with_frame
from orderdesk.notifications.kinds import KINDS, kind_choices
from orderdesk.notifications.models import MessageChannel, TemplateText
from orderdesk.notifications.services.own_wording import Place, drop_wording, save_wording, use_wording
from orderdesk.notifications.services.preview import preview, send_test, standard
from orderdesk.notifications.wording import check_wording

PERMISSION = "notifications.change_templatetext"
IN_USE = _("This version is in use already.")
NOT_IN_USE = _("This version is not in use.")


def _about_placeholders(kind: str) -> str:
    return " ".join(f"{{{name}}}" for name in sorted(KINDS[kind].placeholders))


class TextForm(forms.Form):
    """Subject and text of a next version."""

    subject_line = forms.CharField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args: Any, wording: TemplateText, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = wording.kind
        self.fields["subject_line"].initial, self.fields["body"].initial = wording.subject_line, wording.body
        self.fields["body"].help_text = _about_placeholders(wording.kind)

    def clean(self) -> dict[str, Any]:
        for name in ("subject_line", "body"):
            try:
                check_wording(self.kind, self.cleaned_data.get(name, ""))
            except ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data


class TestForm(forms.Form):
    """Where the test goes."""

    recipient = forms.CharField(label=_("To"), max_length=254)


class NewForm(forms.ModelForm):  # type: ignore[type-arg]
    """The first version of a wording."""

    class Meta:
        model = TemplateText
        fields: ClassVar = ("shop", "kind", "channel", "language", "subject_line", "body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kind_choices())
        self.fields["body"].help_text = _("Words in braces are filled in: %(common)s") % {
            "common": _about_placeholders("order.received")
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind", "")
        for name in ("subject_line", "body") if kind in KINDS else ():
            try:
                check_wording(kind, cleaned.get(name, ""))
            except ValidationError as error:
                self.add_error(name, error)
        if cleaned.get("channel") == MessageChannel.EMAIL and not cleaned.get("subject_line"):
            self.add_error("subject_line", _("A mail needs a subject."))
        return cleaned


def _actor(request: Any) -> Actor:
    return Actor.staff(request.user.pk)


def _edit(request: Any, wording: TemplateText, cleaned: dict[str, Any]) -> str | Promise:
    place = Place(wording.kind, wording.channel, wording.language)
    save_wording(wording.shop, place, **cleaned, actor=_actor(request))
    return _("Saved as a new version. Look at it and put it into use.")


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


@admin.register(TemplateText)
class WordingAdmin(ConsoleAdmin):
    """A shop's own wordings over the standard ones, in versions."""

    list_display = ("kind_cell", "channel", "language", "version_cell", "use_cell", "shop", "when_cell")
    list_select_related = ("shop",)
    form = NewForm
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
        ObjectAction(
            "edit",
            _("Edit"),
            PERMISSION,
            _edit,
            TextForm,
            form_arguments=lambda _request, row: {"wording": row},
            submit=_("Save as a new version"),
        ),
        ObjectAction("test", _("Test send"), PERMISSION, _test, TestForm),
        ObjectAction(
            "drop",
            _("Back to the standard wording"),
            PERMISSION,
            _drop,
            why_not=lambda row: None if row.is_published else NOT_IN_USE,
            hide_when_refused=True,
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "shop":
            kwargs["queryset"] = Shop.objects.visible_to(request.user, PERMISSION)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """A first version through the service, which numbers and checks it."""
        place = Place(obj.kind, obj.channel, obj.language)
        saved = save_wording(
            obj.shop, place, subject_line=obj.subject_line, body=obj.body, actor=_actor(request)
        )
        obj.pk, obj.version = saved.pk, saved.version

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
        return [
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
            "title": f"{self.kind_cell(obj)} · {obj.get_channel_display()} · {obj.get_language_display()} v{obj.version}",
            "shown": preview(obj, number),
            "number": number,
            "own_url": own + query,
            "standard_url": plain + query,
            "changes": changes(obj),
            "placeholders": sorted(KINDS[obj.kind].placeholders) if obj.kind in KINDS else [],
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
