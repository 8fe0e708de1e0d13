from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from orderdesk.accounts.models import Shop
from orderdesk.accounts.phones import phone_digits
from orderdesk.accounts.privacy import mask_email, mask_phone
from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip, FlagChip, PeriodChip
from orderdesk.console.marks import ago, pill
from orderdesk.events.actor import Actor
from orderdesk.notifications.admin.frames import copy_response, with_frame
from orderdesk.notifications.kinds import KINDS, kind_choices
from orderdesk.notifications.models import Message, MessageChannel, MessageState
from orderdesk.notifications.services.resend import RESENDABLE, cancel_message, resend_message

S = MessageState
RESEND = "notifications.resend_message"
TONES = {
    S.QUEUED: "waits",
    S.CLAIMED: "moving",
    S.HANDED_OVER: "moving",
    S.ACCEPTED: "done",
    S.DELIVERED: "done",
    S.BOUNCED: "bad",
    S.COMPLAINED: "bad",
    S.REJECTED: "bad",
    S.UNKNOWN: "waits",
}
STORIES: dict[str, str | Promise] = {
    S.QUEUED: _("Waits to be sent."),
    S.CLAIMED: _("Is being sent."),
    S.HANDED_OVER: _("Handed over; the answer is still to come."),
    S.ACCEPTED: _("Sent: the other side took it. Whether it reached the mailbox is not known yet."),
    S.DELIVERED: _("Delivered: the provider says that it arrived."),
    S.BOUNCED: _("Came back. The address is not written to any more; correct it and send again."),
    S.COMPLAINED: _("The customer called it spam. The address is not written to any more."),
    S.REJECTED: _("Refused: it was not taken and will not go again by itself."),
    S.SUPPRESSED: _("Not sent, for the reason beside."),
    S.CANCELLED: _("Called off before it was sent."),
    S.UNKNOWN: _("Outcome unknown: handed over, but no answer came. It may have arrived, or not."),
}
REASONS: dict[str, str | Promise] = {
    "no address": _("The customer has no address for this channel."),
    "bad address": _("The address is not written correctly."),
    "expired": _("It was too late to be useful."),
    "bounced": _("An earlier mail to this address came back."),
    "complained": _("The customer called an earlier mail spam."),
    "asked": _("The customer asked not to be written to."),
    "by staff": _("Called off by staff."),
}
UNDER_WAY = _("This message is still under way.")
TOO_LATE = _("Only a message that still waits can be called off.")


class ResendForm(forms.Form):
    """Where to send the copy."""

    recipient = forms.CharField(
        label=_("To another address"),
        required=False,
        max_length=254,
        help_text=_("Leave empty for the same address."),
    )


def _resend(request: Any, message: Message, cleaned: dict[str, Any]) -> str | Promise:
    resend_message(message.pk, actor=Actor.staff(request.user.pk), recipient=cleaned["recipient"])
    return _("A copy is queued. This message stays as it was.")


def _cancel(_request: Any, message: Message, _cleaned: dict[str, Any]) -> str | Promise:
    return _("Called off.") if cancel_message(message.pk) else TOO_LATE


def _outcome(message: Message) -> list[str | Promise]:
    lines: list[str | Promise] = [_("The same text goes out once more, with the same private link.")]
    if message.state == S.UNKNOWN:
        lines.append(_("The first copy may have arrived: the customer could get it twice."))
    return lines


def _shops(request: HttpRequest) -> list[tuple[int, str]]:
    return list(Shop.objects.visible_to(request.user).values_list("pk", "name"))


def masked(message: Message) -> str:
    """The address as lists show it."""
    mask = mask_email if message.channel == MessageChannel.EMAIL else mask_phone
    return mask(message.recipient) if message.recipient else "—"


@admin.register(Message)
class MessageAdmin(ConsoleAdmin):
    """The outbox: what was written to whom and what became of it."""

    list_display = ("kind_cell", "state_cell", "to_cell", "channel", "subject_cell", "shop", "when_cell")
    list_select_related = ("shop",)
    chips = (
        ChoiceChip("state", _("State"), S.choices),
        ChoiceChip("channel", _("Channel"), MessageChannel.choices),
        ChoiceChip("kind", _("Kind"), kind_choices()),
        FlagChip("twice", _("Possibly twice"), lambda rows, _request: rows.filter(possible_duplicates__gt=0)),
        PeriodChip("written", _("Written"), "created_at"),
        ChoiceChip("shop", _("Shop"), _shops, field="shop_id"),
    )
    search_hint = _("Mail address, phone or message id")
    empty_hint = _("No message yet. Each step of an order writes to its customer.")
    object_template = "admin/notifications/message.html"
    stale_fields = ("state",)
    object_actions = (
        ObjectAction(
            "resend",
            _("Send again"),
            RESEND,
            _resend,
            ResendForm,
            why_not=lambda message: None if message.state in RESENDABLE else UNDER_WAY,
            outcome=_outcome,
            tone="primary",
        ),
        ObjectAction(
            "cancel",
            _("Call off"),
            RESEND,
            _cancel,
            why_not=lambda message: None if message.state == S.QUEUED else TOO_LATE,
            hide_when_refused=True,
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Messages are records: they are sent again, never edited."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def search_rows(self, request: HttpRequest, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By exact address, phone digits, or our or the provider's id."""
        if "@" in text:
            return queryset.filter(recipient=text.lower())
        digits = phone_digits(text)
        if len(digits) >= 9:
            return queryset.filter(recipient=digits)
        return queryset.filter(header_id=text) | queryset.filter(provider_id=text)

    @column(_("Kind"))
    def kind_cell(self, message: Message) -> str:
        return kind_label(message)

    @column(_("State"))
    def state_cell(self, message: Message) -> str:
        return pill(message.get_state_display(), TONES.get(MessageState(message.state), "idle"))

    @column(_("To"), css="when")
    def to_cell(self, message: Message) -> str:
        return masked(message)

    @column(_("Subject"))
    def subject_cell(self, message: Message) -> str:
        return message.subject_line or message.body_text[:60]

    @column(_("Written"), css="when")
    def when_cell(self, message: Message) -> str:
        return ago(message.created_at)

    def get_urls(self) -> list[URLPattern]:
        copy = self.admin_site.admin_view(require_GET(self.copy_view))
        return [path("<int:pk>/copy/", copy, name="notifications_message_copy"), *super().get_urls()]

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rendered copy for the frame."""
        message = self.get_queryset(request).filter(pk=pk).first()
        if message is None:
            raise Http404
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        return copy_response(message.body_text, message.body_html)

    @with_frame
    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().change_view(request, *args, **kwargs)

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "title": kind_label(obj),
            "to": masked(obj),
            "tone": TONES.get(MessageState(obj.state), "idle"),
            "story": STORIES[obj.state],
            "reason": REASONS.get(obj.reason, obj.reason),
            "attempts": [
                (each, outcome_label(each.outcome)) for each in obj.delivery_attempts.order_by("id")
            ],
            "copy_url": reverse("admin:notifications_message_copy", args=[obj.pk]),
            "order_id": obj.subject_id if obj.subject_kind == "order" else None,
        }


def kind_label(message: Message) -> str:
    """The kind as people call it."""
    return str(KINDS[message.kind].label) if message.kind in KINDS else message.kind


def outcome_label(outcome: str) -> str:
    """A state as people call it; `queued` after an attempt means that it goes again."""
    return str(_("Goes again")) if outcome == S.QUEUED else str(dict(S.choices).get(outcome, outcome))


def _unknown(request: HttpRequest) -> int:
    return int(Message.objects.visible_to(request.user).filter(state=S.UNKNOWN)[:100].count())


menu.register(
    _("Messages"),
    _("All messages"),
    "admin:notifications_message_changelist",
    "notifications.view_message",
    icon="mail",
    order=10,
)
menu.register(
    _("Messages"),
    _("Outcome unknown"),
    "admin:notifications_message_changelist",
    "notifications.view_message",
    query="state=unknown",
    count=_unknown,
    icon="dot",
    order=20,
)
