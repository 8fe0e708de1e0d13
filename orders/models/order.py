from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMField, FSMModelMixin, transition

from orderdesk import clock
from orderdesk.accounts.models import Customer, LegalRegime, OrderKind, Shop, ShopOwnedQuerySet
from orderdesk.money import Money
from orderdesk.policies.models import Policy
from orders import sums
from orders.models.tag import Tag
from orders.terms import (
    BEFORE_DELIVERY,
    OPEN_STATUSES,
    DeliveryMethod,
    FulfilmentState,
    OrderStatus,
    PaymentState,
    status_label,
)

S = OrderStatus


def new_public_id() -> str:
    """80 random bits: the name of an order outside the house, worthless without a link."""
    return secrets.token_hex(10)


class OrderQuerySet(ShopOwnedQuerySet["Order"]):
    """Orders of the shops one may see, and the questions that queues ask."""

    def open(self) -> Self:
        return self.filter(status__in=OPEN_STATUSES)

    def to_confirm(self) -> Self:
        return self.filter(status=S.PLACED)

    def to_ship(self) -> Self:
        return self.filter(status__in=[S.CONFIRMED, S.PREPARING, S.READY])

    def to_send(self) -> Self:
        """Those that somebody brings to the customer: what is taken at the counter never leaves by itself."""
        return self.to_ship().exclude(delivery_method=DeliveryMethod.PICKUP)

    def to_send_by_tomorrow(self) -> Self:
        """Those whose time of leaving is less than a day away, or past."""
        return self.to_send().filter(ship_by__lte=clock.now() + timedelta(days=1))

    def late(self) -> Self:
        """Open orders whose promise has passed."""
        return self.open().filter(promised_until__lt=clock.now())

    def held(self) -> Self:
        return self.filter(status=S.ON_HOLD)

    def unpaid(self) -> Self:
        return self.filter(status=S.AWAITING_PAYMENT)

    def calling_for(self, user_id: int) -> Self:
        """Open orders with a note that mentions this member of staff (@username)."""
        return self.open().filter(pk__in=self.model.objects.filter(notes__mentions=user_id).values("pk"))


class Order(FSMModelMixin, models.Model):
    """What a customer bought from a shop, where it stands, and the rules that were in force when it was placed."""

    shop = models.ForeignKey(
        Shop, on_delete=models.PROTECT, related_name="orders", verbose_name=_("shop"), db_index=False
    )
    number = models.CharField(_("order number"), max_length=40)
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=OrderKind.choices)
    status = FSMField(
        _("status"), max_length=20, choices=OrderStatus.choices, default=S.AWAITING_PAYMENT, protected=True
    )
    held_from = models.CharField(max_length=20, blank=True, default="", editable=False)
    delivery_method = models.CharField(
        _("delivery"), max_length=10, choices=DeliveryMethod.choices, default=DeliveryMethod.PARCEL
    )

    currency = models.CharField(_("currency"), max_length=3)
    goods_total = models.BigIntegerField(_("goods"), default=0)
    discount_total = models.BigIntegerField(_("discount"), default=0)
    shipping_total = models.BigIntegerField(_("shipping"), default=0)
    tax_total = models.BigIntegerField(_("tax included"), default=0)
    total = models.BigIntegerField(_("total"), default=0)
    captured_total = models.BigIntegerField(_("paid"), default=0)
    payment_state = models.CharField(
        _("payment"), max_length=16, choices=PaymentState.choices, default=PaymentState.UNPAID
    )
    fulfilment_state = models.CharField(
        _("fulfilment"), max_length=16, choices=FulfilmentState.choices, default=FulfilmentState.UNFULFILLED
    )
    # What is not owed any more of a living order: partial cancellations and goodwill, net of their fees.
    cancelled_total = models.BigIntegerField(_("no longer owed"), default=0)
    # What the shop keeps of an order that was cancelled whole: its fee.
    kept_fee = models.BigIntegerField(_("fee kept"), default=0)
    refunded_total = models.BigIntegerField(_("paid back"), default=0)
    # Moved by triggers on the refund lines: what of `shipping_total` has gone back or is held for it.
    shipping_refund_held = models.BigIntegerField(_("shipping given back"), default=0, editable=False)
    # Cash on delivery and the like: placed before it is paid.
    pays_later = models.BooleanField(_("pays later"), default=False)

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer"), db_index=False
    )
    recipient_name = models.CharField(_("recipient"), max_length=120, blank=True, default="")
    recipient_phone = models.CharField(_("recipient's phone"), max_length=20, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, default="KR")
    postcode = models.CharField(_("postcode"), max_length=12, blank=True, default="")
    address1 = models.CharField(_("address"), max_length=200, blank=True, default="")
    address2 = models.CharField(_("address, rest"), max_length=200, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    customer_note = models.CharField(_("customer's note"), max_length=500, blank=True, default="")
    staff_note = models.TextField(_("staff note"), blank=True, default="")
    language = models.CharField(_("language"), max_length=5, default="ko")

    placed_at = models.DateTimeField(_("placed"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    preparing_at = models.DateTimeField(_("preparing since"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    departed_at = models.DateTimeField(_("left"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    expired_at = models.DateTimeField(_("expired"), null=True, blank=True)
    # The code of a Reason leaf (orders/reasons.py words it).
    cancel_reason = models.CharField(_("reason of cancelling"), max_length=40, blank=True, default="")

    # Due times that the drain and the queues look at; empty when nobody waits.
    pay_by = models.DateTimeField(_("pay by"), null=True, blank=True)
    accept_by = models.DateTimeField(_("accept by"), null=True, blank=True)
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    complete_after = models.DateTimeField(_("completes by itself"), null=True, blank=True)
    promised_from = models.DateTimeField(_("promised from"), null=True, blank=True)
    promised_until = models.DateTimeField(_("promised until"), null=True, blank=True)
    preparation_minutes = models.PositiveSmallIntegerField(_("minutes to prepare"), null=True, blank=True)

    # Optimistic locking: a form made at one version cannot overwrite a later one.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Moves with everything that the customer's page shows (scans, pings, messages too): its ETag.
    revision = models.PositiveIntegerField(default=1, editable=False)
    legal_regime = models.CharField(_("law"), max_length=10, choices=LegalRegime.choices)
    timing_policy = models.ForeignKey(
        Policy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("timings"),
        db_index=False,
    )
    cancel_policy = models.ForeignKey(
        Policy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("cancellation policy"),
        db_index=False,
    )
    source = models.CharField(_("sales channel"), max_length=20, default="staff")
    source_ref = models.CharField(_("channel's number"), max_length=80, blank=True, default="")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("assigned to"),
        db_index=False,
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="orders", verbose_name=_("tags"))

    objects: ClassVar = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions: ClassVar = [
            ("confirm_order", "Can confirm an order"),
            ("reject_order", "Can reject an order"),
            ("prepare_order", "Can move an order through preparing and ready"),
            ("fulfil_order", "Can pick, pack, hand over and deliver"),
            ("cancel_order", "Can cancel an order"),
            ("refund_order", "Can give money back within the role's limit"),
            ("approve_refund", "Can approve another person's refund"),
            ("settle_refund", "Can settle refunds whose result is unknown, and bank transfers"),
            ("reconcile_settlement", "Can compare settlement files with the ledger"),
            ("hold_order", "Can hold and release an order"),
            ("edit_order", "Can change address, phone, options and quantities"),
            ("record_payment", "Can record payments and match deposits"),
            ("complete_order", "Can complete an order"),
            ("reopen_order", "Can reopen an order"),
            ("assign_order", "Can assign and tag orders"),
            ("bulk_order", "Can change many orders at once"),
            ("export_order", "Can export orders"),
            ("import_order", "Can import orders"),
            ("manage_links", "Can resend and revoke private links"),
            ("report_problem", "Can report a problem from kitchen or warehouse"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "number"], name="order_number"),
            models.UniqueConstraint(
                fields=["shop", "source", "source_ref"], name="order_source_ref", condition=~Q(source_ref="")
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, captured_total__gte=0), name="order_amounts_positive"
            ),
            models.CheckConstraint(
                condition=Q(shipping_refund_held__gte=0, shipping_total__gte=F("shipping_refund_held")),
                name="order_shipping_no_over_refund",
            ),
            models.CheckConstraint(
                condition=Q(refunded_total__gte=0, captured_total__gte=F("refunded_total"), kept_fee__gte=0),
                name="order_no_over_refund",
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("placed_at").desc(), F("id").desc(), name="order_newest"),
            models.Index(F("status"), F("placed_at").desc(), F("id").desc(), name="order_by_status"),
            models.Index(F("shop"), F("placed_at").desc(), F("id").desc(), name="order_by_shop"),
            models.Index(
                F("shop"), F("status"), F("placed_at").desc(), F("id").desc(), name="order_by_shop_status"
            ),
            # These people's newest orders without reading a row; the foreign key's own look-ups too.
            models.Index(
                F("customer"), F("placed_at").desc(), F("id").desc(), F("shop"), name="order_by_customer"
            ),
            models.Index(fields=["number"], name="order_number_search"),
            models.Index(fields=["source_ref"], name="order_source_ref_search", condition=~Q(source_ref="")),
            models.Index(
                fields=["shop", "status"],
                name="order_open",
                condition=Q(status__in=[str(s) for s in OPEN_STATUSES]),
            ),
            models.Index(
                fields=["promised_until"],
                name="order_promise",
                condition=Q(status__in=[str(s) for s in OPEN_STATUSES]),
            ),
            models.Index(fields=["pay_by"], name="order_pay_by", condition=Q(status="awaiting_payment")),
            models.Index(fields=["accept_by"], name="order_accept_by", condition=Q(status="placed")),
            models.Index(
                fields=["complete_after"], name="order_complete_after", condition=Q(status="delivered")
            ),
            models.Index(
                fields=["assigned_to", "status"],
                name="order_assigned",
                condition=Q(assigned_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # the plugin has made one already
        """Django's own would say the same for parcels and food."""
        return status_label(self.status, food=self.kind == OrderKind.FOOD)

    @property
    def grand_total(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def owed(self) -> int:
        """Minor units that the order costs now: less what was cancelled; a dead order costs its fee."""
        return sums.owed(self)

    @property
    def balance(self) -> int:
        """Minor units still to be paid; negative when too much was captured."""
        return sums.balance(self)

    @property
    def to_give_back(self) -> int:
        """Minor units that were captured, are not owed and have not gone back yet."""
        return sums.to_give_back(self)

    @property
    def is_late(self) -> bool:
        """Whether the promise has passed while the goods have not arrived."""
        if self.promised_until is None or self.status not in OPEN_STATUSES:
            return False
        return self.promised_until < clock.now()

    @transition(field=status, source=S.AWAITING_PAYMENT, target=S.PLACED)
    def place(self, at: datetime) -> None:
        self.paid_at, self.pay_by = self.paid_at or at, None

    @transition(field=status, source=S.AWAITING_PAYMENT, target=S.EXPIRED)
    def expire(self, at: datetime) -> None:
        self.expired_at, self.pay_by = at, None

    @transition(field=status, source=S.PLACED, target=S.CONFIRMED)
    def confirm(self, at: datetime) -> None:
        self.confirmed_at, self.accept_by = at, None

    @transition(field=status, source=S.CONFIRMED, target=S.PREPARING)
    def start_preparing(self, at: datetime) -> None:
        self.preparing_at = at

    @transition(field=status, source=S.PREPARING, target=S.READY)
    def mark_ready(self, at: datetime) -> None:
        self.ready_at = at

    @transition(field=status, source=S.READY, target=S.IN_DELIVERY)
    def depart(self, at: datetime) -> None:
        self.departed_at, self.ship_by = at, None

    @transition(field=status, source=[S.IN_DELIVERY, S.READY], target=S.DELIVERED)
    def deliver(self, at: datetime) -> None:
        self.delivered_at, self.ship_by = at, None

    @transition(field=status, source=S.DELIVERED, target=S.COMPLETED)
    def complete(self, at: datetime) -> None:
        self.completed_at, self.complete_after = at, None

    @transition(field=status, source=[S.DELIVERED, S.COMPLETED], target=S.DELIVERED)
    def reopen(self) -> None:
        self.completed_at = self.complete_after = None

    @transition(field=status, source=list(BEFORE_DELIVERY), target=S.ON_HOLD)
    def hold(self) -> None:
        self.held_from = self.status

    @transition(
        field=status,
        source=S.ON_HOLD,
        target=GET_STATE(lambda order: order.held_from, states=[str(s) for s in BEFORE_DELIVERY]),
    )
    def release(self) -> None:
        """Back to the stored state; `held_from` is read after this body, so the service clears it."""

    @transition(field=status, source=[*BEFORE_DELIVERY, S.ON_HOLD], target=S.CANCELLED)
    def cancel(self, at: datetime, reason: str) -> None:
        self.cancelled_at, self.cancel_reason = at, reason
        self.pay_by = self.accept_by = self.ship_by = None
