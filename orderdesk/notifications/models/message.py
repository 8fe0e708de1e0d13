from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orderdesk.accounts.models import Customer, Shop, ShopOwnedQuerySet
from orderdesk.events.models import Event
from orderdesk.notifications.terms import DeliveryClass


class MessageChannel(models.TextChoices):
    EMAIL = "email", _("Mail")
    SMS = "sms", _("SMS")
    ALIMTALK = "alimtalk", _("KakaoTalk")


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    CLAIMED = "claimed", _("Being sent")
    HANDED_OVER = "handed_over", _("Handed over")
    ACCEPTED = "accepted", pgettext_lazy("message", "Accepted")
    DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Complained")
    REJECTED = "rejected", _("Rejected")
    SUPPRESSED = "suppressed", _("Not sent")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("Outcome unknown")


OPEN_STATES = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDED_OVER)


class MessageQuerySet(ShopOwnedQuerySet["Message"]):
    """Messages of the shops one may see."""


class Message(models.Model):
    """One message to one recipient through one channel, with its rendered copy and what became of it."""

    shop = models.ForeignKey(
        Shop, on_delete=models.PROTECT, related_name="+", verbose_name=_("shop"), db_index=False
    )
    event = models.ForeignKey(
        Event, null=True, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    # The subject whose timeline it stands on, as on Event.
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=MessageChannel.choices)
    recipient = models.CharField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=5)
    purpose = models.CharField(
        _("purpose"),
        max_length=15,
        choices=[
            ("transactional", _("Transactional")),
            ("service", _("Service")),
            ("advertising", _("Advertising")),
        ],
        default="transactional",
    )
    delivery_class = models.CharField(
        _("class"), max_length=15, choices=DeliveryClass.choices, default=DeliveryClass.AT_LEAST_ONCE
    )
    # The rendered copy. A private link is kept as its marker and filled in at hand-over: tokens are not stored.
    subject_line = models.CharField(_("subject"), max_length=200, blank=True, default="")
    body_text = models.TextField(_("text"))
    body_html = models.TextField(_("HTML"), blank=True, default="")
    # Where the marker's link is made at hand-over: a dotted path's argument, e.g. "order:42".
    link_for = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=12, choices=MessageState.choices, default=MessageState.QUEUED
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    priority = models.PositiveSmallIntegerField(default=5)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("useful until"), null=True, blank=True)
    owner = models.CharField(max_length=60, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    possible_duplicates = models.PositiveSmallIntegerField(_("possible duplicates"), default=0)
    # Our id in the Message-ID header and the provider's id in its answer: both find the row for a webhook.
    header_id = models.CharField(max_length=80, unique=True)
    provider_id = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    handed_over_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions: ClassVar = [("resend_message", "Can send a message again")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "kind", "channel", "recipient"],
                name="message_once",
                condition=Q(event__isnull=False),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="message_subject"),
            models.Index(
                fields=["priority", "due_at"],
                name="message_open",
                condition=Q(state__in=["queued", "claimed", "handed_over"]),
            ),
            models.Index(fields=["shop", "-id"], name="message_shop"),
            models.Index(fields=["id"], name="message_unknown", condition=Q(state="unknown")),
            models.Index(fields=["provider_id"], name="message_provider", condition=~Q(provider_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class DeliveryAttempt(models.Model):
    """One attempt to hand a message over: when, with which outcome and what the other side said. Rows are only added."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="delivery_attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=12)
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")

    def __str__(self) -> str:
        return f"#{self.number} {self.outcome}"
