"""Writing a shop's own wording: choose the message, start from the standard text, look at it, keep it as a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orderdesk.notifications.admin.frames import copy_response
from orderdesk.notifications.kinds import KINDS, kind_choices
from orderdesk.notifications.models import MessageChannel, TemplateText
from orderdesk.notifications.services.own_wording import Place, save_wording
from orderdesk.notifications.services.preview import find_sample, preview
from orderdesk.notifications.services.shipped import shipped_words
from orderdesk.notifications.wording import check_wording

if TYPE_CHECKING:
    from orderdesk.notifications.admin.wording import WordingAdmin

PERMISSION = "notifications.change_templatetext"
STANDARD = "standard"


class PlaceForm(forms.Form):
    """Which message of which shop, in which language, through which channel."""

    shop = forms.ModelChoiceField(label=gettext_lazy("Shop"), queryset=Shop.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Message"), choices=kind_choices)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=MessageChannel.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("ko", "한국어"), ("en", "English")]
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        field: Any = self.fields["shop"]
        field.queryset = Shop.objects.visible_to(user, PERMISSION).order_by("name")


class WordsForm(forms.Form):
    """Subject and text of the next version."""

    subject_line = forms.CharField(label=gettext_lazy("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": gettext_lazy("Write a text.")},
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.place = place
        if place.channel != MessageChannel.EMAIL:
            del self.fields["subject_line"]

    def clean(self) -> dict[str, Any]:
        for name in self.fields:
            try:
                check_wording(self.place.kind, self.cleaned_data.get(name, ""))
            except ValidationError as error:
                self.add_error(name, error)
        if "subject_line" in self.fields and not self.cleaned_data.get("subject_line", "").strip():
            self.add_error("subject_line", _("A mail needs a subject."))
        return self.cleaned_data

    def wording(self, shop: Shop) -> TemplateText:
        """What is typed, as a wording that is not stored."""
        words = {"subject_line": "", **self.cleaned_data}
        place = self.place
        return TemplateText(
            shop=shop, kind=place.kind, channel=place.channel, language=place.language, **words
        )


def write_page(admin: WordingAdmin, request: HttpRequest) -> HttpResponseBase:
    """GET: choose the message, then the editor with its text so far (`start=standard`: ours). POST: save a version."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    chosen = PlaceForm(request.GET if "kind" in request.GET else None, user=request.user)
    if not chosen.is_valid():
        status = 422 if chosen.is_bound else 200
        return _page(admin, request, "admin/notifications/choose.html", status, form=chosen)
    shop, place = _place(chosen)
    if request.method != "POST":
        form = WordsForm(place=place, initial=_start(shop, place, request.GET.get("start", "")))
        return _editor(admin, request, chosen, form)
    form = WordsForm(request.POST, place=place)
    if not form.is_valid():
        return _editor(admin, request, chosen, form, status=422)
    words = {"subject_line": "", **form.cleaned_data}
    try:
        saved = save_wording(shop, place, **words, actor=Actor.staff(request.user.pk or 0))
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _editor(admin, request, chosen, form, status=422)
    messages.success(request, _("Saved as a new version. Look at it and put it into use."))
    return redirect(admin.object_url(saved))


def preview_frame(request: HttpRequest) -> HttpResponse:
    """POST of the editor's fields: the message as it would read, for the frame. Nothing is stored."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    chosen = PlaceForm(request.GET, user=request.user)
    if not chosen.is_valid():
        return copy_response("", _sentences([_("Choose the message first.")]))
    shop, place = _place(chosen)
    form = WordsForm(request.POST, place=place)
    if not form.is_valid():
        return copy_response(
            "", _sentences([str(each) for errors in form.errors.values() for each in errors])
        )
    number = request.POST.get("number", "").strip()[:40]
    draft = form.wording(shop)
    shown = preview(draft, number)
    head = [_("Subject: %(subject)s") % {"subject": shown.subject}] if shown.subject else []
    if number and not find_sample(draft, number):
        head.insert(
            0, _("There is no order %(number)s in this shop: shown with sample values.") % {"number": number}
        )
    return _with_head(head, shown.text, shown.html)


def _with_head(head: list[str], text: str, html: str) -> HttpResponse:
    answer = copy_response(text, html)
    answer.content = _sentences(head).encode() + answer.content
    return answer


def _sentences(lines: list[str]) -> str:
    style = "font:600 14px/1.5 sans-serif;margin:12px 16px"
    return '<meta charset="utf-8">' + "".join(
        format_html('<p role="status" style="{}">{}</p>', style, line) for line in lines
    )


def _place(chosen: PlaceForm) -> tuple[Shop, Place]:
    values = chosen.cleaned_data
    return values["shop"], Place(values["kind"], values["channel"], values["language"])


def _start(shop: Shop, place: Place, start: str) -> dict[str, str]:
    """The version asked for, else the one in use, else the newest; ours where there is none."""
    rows = versions_of(shop.pk, place)
    row = None
    if start.isdecimal():
        row = rows.filter(version=int(start)).first()
    elif start != STANDARD:
        row = rows.filter(is_published=True).first() or rows.first()
    if row is None:
        subject_line, body = shipped_words(shop, place)
        return {"subject_line": subject_line, "body": body}
    return {"subject_line": row.subject_line, "body": row.body}


def versions_of(shop_id: int, place: Place) -> Any:
    """All versions of one message's wording, the newest first."""
    rows = TemplateText.objects.filter(
        shop_id=shop_id, kind=place.kind, channel=place.channel, language=place.language
    )
    return rows.select_related("created_by").order_by("-version")


def _editor(
    admin: WordingAdmin, request: HttpRequest, chosen: PlaceForm, form: WordsForm, *, status: int = 200
) -> TemplateResponse:
    shop, place = _place(chosen)
    return _page(
        admin,
        request,
        "admin/notifications/write.html",
        status,
        form=form,
        shop=shop,
        place=place,
        name=TemplateText(shop=shop, kind=place.kind, channel=place.channel, language=place.language).name,
        versions=list(versions_of(shop.pk, place)[:20]),
        placeholders=sorted(KINDS[place.kind].samples.items()),
        query=request.GET.urlencode(),
        place_query=_query(shop, place),
        number=request.POST.get("number", ""),
    )


def _query(shop: Shop, place: Place) -> str:
    return f"shop={shop.pk}&kind={place.kind}&channel={place.channel}&language={place.language}"


def editor_query(row: TemplateText) -> str:
    """The editor's address parameters for the place of a wording, starting from this version."""
    place = Place(row.kind, row.channel, row.language)
    return f"{_query(row.shop, place)}&start={row.version}"


def _page(
    admin: WordingAdmin, request: HttpRequest, template: str, status: int, **more: Any
) -> TemplateResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Write an own wording"),
        "opts": admin.opts,
        **more,
    }
    return TemplateResponse(request, template, context, status=status)
