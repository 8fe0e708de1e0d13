from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from orderdesk.accounts.models import ShopOwnedQuerySet
from orderdesk.events.actor import ActorKind
from orderdesk.policies.models import Policy
from orders.models.line import OrderLine
from orders.models.order import Order
from orders.models.reason import Reason
from orders.terms import OPEN_CANCELLATION, CancellationStatus, RefusalCode, RequestDefault

S = CancellationStatus


class CancellationQuerySet(ShopOwnedQuerySet["Cancellation"]):
    """Cancellations of the shops one may see."""

    shop_path = "order__shop_id"

    def waiting(self) -> Self:
        """Requests that staff must answer."""
        return self.filter(status=S.UNDER_REVIEW)

    def open(self) -> Self:
        return self.filter(status__in=OPEN_CANCELLATION)


class Cancellation(FSMModelMixin, models.Model):
    """One wish to cancel units of an order, what was decided about it, and the money outcome that was shown."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="cancellations", verbose_name=_("order")
    )
    status = FSMField(
        _("status"),
        max_length=16,
        choices=CancellationStatus.choices,
        default=S.REQUESTED,
        protected=True,
    )
    # Fixed by the first POST, before anything is shown: deadlines and rights count from here.
    requested_at = models.DateTimeField(_("requested"))
    requested_by_kind = models.CharField(_("asked by"), max_length=10, choices=ActorKind.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.ForeignKey(
        Reason, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("reason")
    )
    # Whose fault, in shares that sum to 100.
    fault_buyer = models.PositiveSmallIntegerField(_("buyer's share"), default=100)
    fault_seller = models.PositiveSmallIntegerField(_("shop's share"), default=0)
    fault_carrier = models.PositiveSmallIntegerField(_("carrier's share"), default=0)
    fault_platform = models.PositiveSmallIntegerField(_("platform's share"), default=0)
    restock = models.BooleanField(_("units go back to stock"), default=True)
    notify = models.BooleanField(_("tell the customer"), default=True)
    staff_note = models.CharField(_("note for colleagues"), max_length=255, blank=True, default="")
    customer_note = models.CharField(
        _("note from or to the customer"), max_length=500, blank=True, default=""
    )
    # What the order was when it was asked for: shown, reported, and what the decision was made from.
    order_status = models.CharField(_("order's status then"), max_length=20, blank=True, default="")
    policy = models.ForeignKey(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("policy")
    )
    outcome = models.CharField(_("outcome by the rules"), max_length=8, blank=True, default="")
    decision = models.JSONField(_("decision"), default=dict)
    # Quote.as_json(): what was shown is what is booked.
    quote = models.JSONField(_("quote"), default=dict)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    answer_default = models.CharField(
        _("without an answer"), max_length=8, choices=RequestDefault.choices, blank=True, default=""
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by_deadline = models.BooleanField(_("decided by the deadline"), default=False)
    refusal_code = models.CharField(
        _("refused because"), max_length=20, choices=RefusalCode.choices, blank=True, default=""
    )
    refusal_text = models.CharField(_("sentence for the customer"), max_length=500, blank=True, default="")
    # A counter-offer: this much back, and the order goes on.
    counter_amount = models.BigIntegerField(_("counter-offer"), null=True, blank=True)
    account = models.ForeignKey(
        "orders.RefundAccount",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("refund account"),
    )

    objects: ClassVar = CancellationQuerySet.as_manager()

    class Meta:
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        permissions: ClassVar = [("decide_cancellation", "Can answer a customer's request to cancel")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"],
                name="one_open_cancellation",
                condition=Q(status__in=[str(s) for s in OPEN_CANCELLATION]),
            ),
            models.CheckConstraint(
                condition=Q(
                    fault_buyer=100
                    - models.F("fault_seller")
                    - models.F("fault_carrier")
                    - models.F("fault_platform")
                ),
                name="cancellation_fault_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["answer_by"],
                name="cancellation_answer_by",
                condition=Q(status__in=["under_review", "counter_offered"]),
            ),
            models.Index(fields=["-requested_at", "-id"], name="cancellation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"

    @transition(field=status, source=S.REQUESTED, target=S.OFFER_SHOWN)
    def show_offer(self) -> None:
        """One fitting offer stands on the page; the clock does not stop."""

    @transition(field=status, source=S.OFFER_SHOWN, target=S.SAVED)
    def save_by_offer(self, at: datetime) -> None:
        self.decided_at = at

    @transition(field=status, source=[S.REQUESTED, S.OFFER_SHOWN], target=S.UNDER_REVIEW)
    def submit(self, answer_by: datetime, default: str) -> None:
        self.answer_by, self.answer_default = answer_by, default

    @transition(
        field=status,
        source=[S.REQUESTED, S.OFFER_SHOWN, S.UNDER_REVIEW, S.COUNTER_OFFERED],
        target=S.APPROVED,
    )
    def approve(self, at: datetime) -> None:
        self.decided_at = self.decided_at or at

    @transition(field=status, source=S.APPROVED, target=S.COMPLETED)
    def complete(self) -> None:
        self.answer_by = None

    @transition(field=status, source=S.UNDER_REVIEW, target=S.REJECTED)
    def reject(self, at: datetime, code: str, text: str) -> None:
        self.decided_at, self.refusal_code, self.refusal_text, self.answer_by = at, code, text, None

    @transition(field=status, source=S.UNDER_REVIEW, target=S.COUNTER_OFFERED)
    def counter_offer(self, at: datetime, amount: int, answer_by: datetime) -> None:
        self.decided_at, self.counter_amount, self.answer_by = at, amount, answer_by

    @transition(field=status, source=S.COUNTER_OFFERED, target=S.SAVED)
    def accept_counter(self) -> None:
        self.answer_by = None

    @transition(field=status, source=S.COUNTER_OFFERED, target=S.UNDER_REVIEW)
    def decline_counter(self, answer_by: datetime) -> None:
        self.answer_by = answer_by

    @transition(field=status, source=[S.OFFER_SHOWN, S.UNDER_REVIEW, S.COUNTER_OFFERED], target=S.WITHDRAWN)
    def withdraw(self, at: datetime) -> None:
        self.decided_at, self.answer_by = at, None

    @transition(field=status, source=[S.REQUESTED, S.OFFER_SHOWN], target=S.ABANDONED)
    def abandon(self, at: datetime) -> None:
        self.decided_at = at


class CancellationLine(models.Model):
    """Units of one line that a cancellation is about."""

    cancellation = models.ForeignKey(Cancellation, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="cancellation_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("cancelled line")
        verbose_name_plural = _("cancelled lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cancellation", "line"], name="cancellation_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cancellation_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"
