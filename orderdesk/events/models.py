from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orderdesk.events.actor import ActorKind
from orderdesk.events.registry import reaction_label


class Event(models.Model):
    """One fact: what happened to which order or other subject, when and by whom. Rows are only added."""

    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=60)
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    # The aggregate whose timeline this stands on; a plain pair, because events know no other room.
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    actor_kind = models.CharField(_("by"), max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Ids, codes and amounts only, never a person's data: erasing a person must break no chain.
    data = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, unique=True, editable=False)
    digest = models.CharField(max_length=64, null=True, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["shop", "kind", "at"], name="event_shop_kind"),
            models.Index(fields=["id"], name="event_unsealed", condition=Q(digest__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class ReactionState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    GIVEN_UP = "given_up", _("Given up")


class Reaction(models.Model):
    """One thing that must follow an event; claimed, tried and retried by the drain."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="reactions", db_index=False)
    name = models.CharField(_("reaction"), max_length=80)
    state = models.CharField(
        _("state"), max_length=10, choices=ReactionState.choices, default=ReactionState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    owner = models.CharField(max_length=60, blank=True, default="")
    last_error = models.TextField(_("last error"), blank=True, default="")
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        permissions: ClassVar = [("retry_reaction", "Can retry follow-up work")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "name"], name="reaction_once_per_event")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="reaction_open", condition=Q(state__in=["pending", "running"])
            ),
            models.Index(fields=["id"], name="reaction_given_up", condition=Q(state="given_up")),
        ]

    def __str__(self) -> str:
        return f"{reaction_label(self.name)} ({self.get_state_display()})"


class InboundState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    IGNORED = "ignored", _("Ignored")
    GIVEN_UP = "given_up", _("Given up")


class InboundCall(models.Model):
    """One call that another system made to us: stored before anything is done about it, done once."""

    vendor = models.CharField(_("from"), max_length=30)
    # What makes two calls the same call; the unique index is what makes a repeated call harmless.
    dedupe_key = models.CharField(max_length=64)
    body = models.JSONField(_("content"))
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=10, choices=InboundState.choices, default=InboundState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    owner = models.CharField(max_length=60, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=300, blank=True, default="")
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("inbound call")
        verbose_name_plural = _("inbound calls")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "dedupe_key"], name="inbound_call_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="inbound_open", condition=Q(state__in=["pending", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.dedupe_key[:12]} ({self.state})"


class Heartbeat(models.Model):
    """The last time a regular process (beat, a worker) was seen alive, one row per name."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        # The table's first name, from when the row belonged to the operator's room.
        db_table = "operations_heartbeat"

    def __str__(self) -> str:
        return self.name
