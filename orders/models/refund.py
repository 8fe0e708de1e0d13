from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from orderdesk.accounts.models import ShopOwnedQuerySet
from orderdesk.policies.models import Policy
from orders.models.cancellation import Cancellation
from orders.models.line import OrderLine
from orders.models.order import Order
from orders.models.payment import Payment
from orders.terms import HOLDING_REFUND, RefundComponent, RefundSource, RefundStatus

S = RefundStatus


class RefundAccount(models.Model):
    """A bank account that money goes back to, where the payment itself cannot be reversed; encrypted at rest."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refund_accounts")
    bank = models.CharField(_("bank"), max_length=20)
    # orderdesk.accounts.encryption; never in lists, logs or events.
    number_encrypted = models.TextField(_("account number"))
    holder_encrypted = models.TextField(_("account holder"))
    last4 = models.CharField(_("last digits"), max_length=4)
    made_at = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("refund account")
        verbose_name_plural = _("refund accounts")

    def __str__(self) -> str:
        return f"{self.bank} ****{self.last4}"


MAY_BE_OWED = (*HOLDING_REFUND, S.FAILED)


def still_owed() -> Q:
    """The condition of `owing`. A failed refund moved nothing: until it is tried anew, the debt is this row's."""
    cause = Concat(Value("retry:"), Cast(OuterRef("pk"), models.CharField()))
    anew = Refund.objects.filter(cause=cause)
    return Q(status__in=HOLDING_REFUND) | Q(~Exists(anew), status=S.FAILED)


class RefundQuerySet(ShopOwnedQuerySet["Refund"]):
    """Refunds of the shops one may see."""

    shop_path = "order__shop_id"

    def holding(self) -> Self:
        return self.filter(status__in=HOLDING_REFUND)

    def owing(self) -> Self:
        """Money the customer still waits for: on its way, or failed and not tried anew."""
        # The first condition says no more than the second, in the words of the index `refund_due`.
        return self.filter(status__in=MAY_BE_OWED).filter(still_owed())

    def with_owing(self) -> Self:
        """Each row's `owing`: whether its money is still waited for."""
        return self.annotate(owing=ExpressionWrapper(still_owed(), output_field=models.BooleanField()))

    def unknown(self) -> Self:
        return self.filter(status=S.UNKNOWN)


class Refund(FSMModelMixin, models.Model):
    """Money on its way back to one payment. One cause over several payments is several rows with one `cause`."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("order")
    )
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    cancellation = models.ForeignKey(
        Cancellation, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = FSMField(
        _("status"), max_length=16, choices=RefundStatus.choices, default=S.RESERVED, protected=True
    )
    source = models.CharField(_("why"), max_length=12, choices=RefundSource.choices)
    # `cancel:12`, `goodwill:7`: one cause is one refund, however often it is pressed.
    cause = models.CharField(_("cause"), max_length=60)
    # `{cause}/{payment id}` : the idempotency key that the payment company sees.
    key = models.CharField(_("key"), max_length=80, unique=True)
    request_hash = models.CharField(max_length=64)
    gateway_ref = models.CharField(_("payment company's number"), max_length=120, null=True, blank=True)
    quote = models.JSONField(_("quote"), default=dict)
    reason = models.CharField(_("reason"), max_length=40, blank=True, default="")
    note = models.CharField(_("note"), max_length=255, blank=True, default="")
    policy = models.ForeignKey(Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        RefundAccount, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    created_at = models.DateTimeField(_("asked for"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The law's last moment (statutes.py, Korean business calendar); None where no law sets one.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    # Delay interest (KR: 15 % a year) stands apart from the amount, in minor units; counted at settlement.
    interest = models.BigIntegerField(_("delay interest"), default=0)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    detail = models.CharField(_("last answer"), max_length=255, blank=True, default="")
    # The drain's: when to try or ask again, who holds it until when (fencing by owner and attempt).
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    # Escalations already told: 0 none, 1 a day before, 2 overdue.
    escalation = models.PositiveSmallIntegerField(default=0, editable=False)

    # Only on rows of `with_owing`.
    owing: bool

    objects: ClassVar = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(status=S.SUCCEEDED, gateway_ref__isnull=False) | ~Q(status=S.SUCCEEDED),
                name="refund_success_has_reference",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("created_by")),
                name="refund_second_person",
            ),
            models.UniqueConstraint(
                fields=["payment", "gateway_ref"],
                name="refund_gateway_ref_once",
                condition=Q(gateway_ref__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cause"], name="refund_cause"),
            models.Index(
                fields=["next_at"],
                name="refund_next",
                condition=Q(status__in=["reserved", "submitted", "unknown"]),
            ),
            models.Index(
                fields=["due_at"],
                name="refund_due",
                condition=Q(status__in=[str(s) for s in MAY_BE_OWED]),
            ),
            models.Index(fields=["-created_at", "-id"], name="refund_newest"),
        ]

    def __str__(self) -> str:
        return self.key

    @transition(field=status, source=S.PENDING_APPROVAL, target=S.RESERVED)
    def approve(self, at: datetime, user_id: int) -> None:
        self.approved_at, self.approved_by_id, self.next_at = at, user_id, at

    @transition(field=status, source=S.RESERVED, target=S.SUBMITTED)
    def submit(self, at: datetime) -> None:
        self.submitted_at = self.submitted_at or at

    @transition(field=status, source=S.SUBMITTED, target=S.UNKNOWN)
    def lose_sight(self, detail: str) -> None:
        self.detail = detail

    @transition(field=status, source=S.SUBMITTED, target=S.RESERVED)
    def put_back(self, detail: str) -> None:
        """Proved that nothing was sent or done: it may be tried again."""
        self.detail = detail

    @transition(field=status, source=[S.SUBMITTED, S.UNKNOWN, S.RESERVED], target=S.SUCCEEDED)
    def succeed(self, at: datetime, gateway_ref: str) -> None:
        self.settled_at, self.gateway_ref, self.next_at = at, gateway_ref, None

    @transition(field=status, source=[S.SUBMITTED, S.RESERVED], target=S.FAILED)
    def fail(self, at: datetime, detail: str) -> None:
        self.settled_at, self.detail, self.next_at = at, detail, None

    @transition(field=status, source=[S.PENDING_APPROVAL, S.RESERVED, S.UNKNOWN], target=S.VOIDED)
    def void(self, at: datetime, detail: str) -> None:
        self.settled_at, self.detail, self.next_at = at, detail, None


class RefundLine(models.Model):
    """One item of a refund: what it is for, by which rule and article; a deduction is negative. Sums to the refund."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    component = models.CharField(_("for"), max_length=16, choices=RefundComponent.choices)
    order_line = models.ForeignKey(
        OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="refund_lines"
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    amount = models.BigIntegerField(_("amount"))
    rule = models.CharField(_("rule"), max_length=60)
    article = models.CharField(_("article"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("refund item")
        verbose_name_plural = _("refund items")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount=0), name="refund_line_not_zero"),
            models.CheckConstraint(
                condition=~Q(component=RefundComponent.GOODS) | Q(order_line__isnull=False),
                name="refund_goods_have_a_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.amount}"


class RefundAttempt(models.Model):
    """One call to the payment company: written before it is made, its outcome once; never changed again."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField(_("number"))
    verb = models.CharField(_("what"), max_length=8, default="refund")  # refund or query
    key = models.CharField(_("key"), max_length=80)
    sent_at = models.DateTimeField(_("sent"))
    ended_at = models.DateTimeField(_("answered"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, blank=True, default="")
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    body_hash = models.CharField(max_length=64, blank=True, default="")
    detail = models.CharField(_("answer"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("try of a refund")
        verbose_name_plural = _("tries of a refund")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["refund", "number"], name="refund_attempt_once")
        ]

    def __str__(self) -> str:
        return f"{self.refund_id}/{self.number}"
