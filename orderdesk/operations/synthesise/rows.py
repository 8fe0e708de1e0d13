"""Rows of a batch of orders, stream by stream, as tuples in the order of the tables' columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from orderdesk.accounts.models import Shop
from orderdesk.operations.demo.words import CLOTHES, FAMILY_NAMES, GIVEN_NAMES, PARCEL_PLACES
from orderdesk.operations.synthesise.chain import Chain
from orderdesk.operations.synthesise.lives import ARRIVED, CONFIRMED, LEFT, Life, Lives, written
from orderdesk.operations.synthesise.tables import Row
from orders.terms import OrderStatus as S

PER_ORDER = 0.3
# One cancelled order in so many has its cancellation and its refund; the others wait for one.
PAID_BACK = 4
_DAY = 86_400
_METHODS = ("card", "card", "card", "easy_pay", "easy_pay", "virtual_account")
_LINE_COUNTS, _LINE_WEIGHTS = (1, 2, 3, 4, 5), (35, 30, 20, 10, 5)
_SHIPMENT_STATUS = {
    S.PREPARING: "picking",
    S.READY: "packed",
    S.IN_DELIVERY: "in_transit",
    S.DELIVERED: "delivered",
    S.COMPLETED: "delivered",
}
_SCANS = (
    ("collected", "집화처리", "서울성동대리점"),
    ("in_transit", "간선상차", "옥천HUB"),
    ("out_for_delivery", "배송출발", "수원영통대리점"),
    ("delivered", "배송완료", "수원영통대리점"),
)
# Given names that many share, and the many that few share.
_GIVEN = tuple(GIVEN_NAMES.items())
_SYLLABLES = tuple(zip("가경나다도라미민보사상세승아연영윤은재태", "gkndrlmbpsjhtwyaeiou", strict=True))


@dataclass(frozen=True, slots=True)
class Back:
    """A cancelled order whose money goes back; lines as (id, quantity, paid)."""

    order: int
    payment: int
    life: Life
    lines: list[tuple[int, int, int]]
    shipping: int


class Writer:
    """Generates everything of a shop; `first` holds the next free id of each stream and moves on with the rows."""

    def __init__(self, rng: Random, shop: Shop, lives: Lives, first: dict[str, int], chain: Chain) -> None:
        self.rng, self.shop, self.lives, self.next, self.chain = rng, shop, lives, first, chain
        self.first_order = first["orders"]
        self.out: dict[str, list[Row]] = {stream: [] for stream in first}
        self.back: list[Back] = []
        self.people: list[tuple[int, str, str, str]] = []

    def flush(self, write: Callable[[str, list[Row]], None]) -> None:
        for stream, rows in self.out.items():
            if rows:
                write(stream, rows)
                self.out[stream] = []

    def _id(self, stream: str) -> int:
        given = self.next[stream]
        self.next[stream] = given + 1
        return given

    # ── customers ──

    def customers(self, count: int, since: str) -> None:
        """All of them first: orders choose among them."""
        choice, rows = self.rng.choice, self.out["customers"]
        for _ in range(count):
            pk = self._id("customers")
            given, box = choice(_GIVEN) if self.rng.random() < 0.3 else self._rare_name()
            name, email = choice(FAMILY_NAMES) + given, f"{box}{pk}@example.com"
            phone = f"0100{pk % 10_000_000:07d}"
            self.people.append((pk, name, email, phone))
            rows.append((pk, self.shop.pk, name, email, phone, phone[-4:], "ko", since))

    def _rare_name(self) -> tuple[str, str]:
        (first, a), (second, b) = self.rng.choice(_SYLLABLES), self.rng.choice(_SYLLABLES)
        return first + second, f"{a}{b}"

    # ── orders ──

    def order(self, i: int) -> None:
        """The `i`-th order with all that hangs from it."""
        pk, life = self._id("orders"), self.lives.life(i)
        person = self.people[int(self.rng.random() ** 1.6 * len(self.people))]
        goods, tax, lines = self._lines(pk, life)
        shipping = 0 if goods >= 50_000 else 3_000
        back = life.cancelled is not None and pk % PAID_BACK == 0
        self._order(pk, life, person, (goods, shipping, tax), paid_back=back)
        self._payment(pk, life, goods + shipping)
        if back:
            self.back.append(Back(pk, self.next["payments"] - 1, life, lines, shipping))
        if life.status in _SHIPMENT_STATUS:
            self._shipment(pk, life, lines)
        if life.status == S.ON_HOLD:
            self.out["holds"].append((self._id("holds"), pk, "address", written(life.paid)))
        self._events(pk, life, person, goods + shipping)

    def _lines(self, order: int, life: Life) -> tuple[int, int, list[tuple[int, int, int]]]:
        rng, goods, tax, units = self.rng, 0, 0, []
        count = rng.choices(_LINE_COUNTS, _LINE_WEIGHTS)[0]
        shipped, cancelled = life.status in LEFT, life.status == S.CANCELLED
        for position, (sku, name, colours, sizes, price) in enumerate(rng.sample(CLOTHES, count), start=1):
            quantity = 1 if rng.random() < 0.85 else 2
            paid, pk = quantity * price, self._id("lines")
            options = f"색상: {rng.choice(colours)} / 사이즈: {rng.choice(sizes)}"
            left = (quantity if cancelled else 0, quantity if shipped else 0)
            row = (pk, order, position, sku, name, options, quantity, price, paid // 11, paid, *left)
            self.out["lines"].append(row)
            units.append((pk, quantity, paid))
            goods, tax = goods + paid, tax + paid // 11
        return goods, tax, units

    def _order(
        self,
        pk: int,
        life: Life,
        person: tuple[int, str, str, str],
        money: tuple[int, int, int],
        *,
        paid_back: bool,
    ) -> None:
        rng, status, at = self.rng, life.status, written
        goods, shipping, tax = money
        total = goods + shipping
        postcode, district = rng.choice(PARCEL_PLACES)
        placed = at(life.placed) or ""
        row = (
            *(pk, self.shop.pk, f"B{placed[2:4]}{placed[5:7]}{placed[8:10]}-{pk:08d}"),
            *(f"{rng.getrandbits(80):020x}", "parcel", status),
            *("placed" if status == S.ON_HOLD else "", "parcel", self.shop.currency),
            *(goods, shipping, tax, total, total if life.paid else 0, total if paid_back else 0),
            *("refunded" if paid_back else self._payment_state(life), self._fulfilment_state(life)),
            *(person[0], person[1], person[3], postcode, f"{district} {pk % 480 + 1}-{pk % 59 + 1}"),
            *(f"{pk % 14 + 1}0{pk % 6 + 1}호", placed, at(life.paid), at(life.confirmed), at(life.departed)),
            *(at(life.delivered), at(life.completed), at(life.cancelled), at(life.expired)),
            "customer_asked" if life.cancelled else "",
            *self._due(life),
            *(self.shop.legal_regime, "web"),
        )
        self.out["orders"].append(row)

    def _due(self, life: Life) -> Row:
        """pay_by, accept_by, ship_by, complete_after and the promise; nine in ten open orders are still in time."""
        end, status = self.lives.end, life.status
        until = life.placed + 3 * _DAY
        if status not in ("completed", "cancelled", "expired", "delivered") and self.rng.random() < 0.9:
            until = end + self.rng.randrange(_DAY // 2, 3 * _DAY)
        promised = (None, None) if status in (S.AWAITING_PAYMENT, S.EXPIRED) else (until - _DAY // 2, until)
        due = (
            end + _DAY if status == S.AWAITING_PAYMENT else None,
            end + _DAY if status == S.PLACED else None,
            until if status in (S.PLACED, S.CONFIRMED, S.PREPARING, S.READY) else None,
            max((life.delivered or 0) + 7 * _DAY, end + _DAY) if status == S.DELIVERED else None,
        )
        return tuple(written(moment) for moment in (*due, *promised))

    def _payment_state(self, life: Life) -> str:
        if life.status == S.CANCELLED:
            return "refund_due"
        if life.status == S.EXPIRED:
            return "nothing_due"
        return "paid" if life.paid else "unpaid"

    def _fulfilment_state(self, life: Life) -> str:
        if life.status in (S.CANCELLED, S.EXPIRED):
            return "nothing_to_ship"
        if life.status in ARRIVED:
            return "delivered"
        return "shipped" if life.status in LEFT else "unfulfilled"

    # ── what hangs from an order ──

    def _payment(self, order: int, life: Life, total: int) -> None:
        pk, at = self._id("payments"), written(life.paid)
        paid, reference = (total, f"syn-{pk}") if life.paid else (0, "")
        row = (
            pk,
            order,
            self.rng.choice(_METHODS),
            "toss",
            reference,
            self.shop.currency,
            paid,
            paid,
            at,
            at,
        )
        self.out["payments"].append(row)

    def _shipment(self, order: int, life: Life, units: list[tuple[int, int, int]]) -> None:
        pk, left = self._id("shipments"), written(life.departed)
        status = _SHIPMENT_STATUS[S(life.status)]
        carrier, number = ("cj", f"7{pk:011d}") if status != "picking" else ("", "")
        packed = left or (written(life.confirmed) if status == "packed" else None)
        made = written(life.confirmed)
        row = (
            pk,
            order,
            1,
            "parcel",
            status,
            carrier,
            number,
            packed,
            left,
            left,
            left,
            written(life.delivered),
            made,
        )
        self.out["shipments"].append(row)
        for line, quantity, _paid in units:
            self.out["shipment_lines"].append((self._id("shipment_lines"), pk, line, quantity))
        if life.departed:
            self._scans(pk, life.departed, life.delivered)

    def _scans(self, shipment: int, departed: int, delivered: int | None) -> None:
        end = delivered or departed + 4 * 3_600
        moments = (departed, departed + (end - departed) // 3, departed + (end - departed) * 3 // 4, end)
        for moment, (code, words, where) in zip(moments, _SCANS if delivered else _SCANS[:2], strict=False):
            self.out["scans"].append((self._id("scans"), shipment, written(moment), code, words, where))

    def _events(self, order: int, life: Life, person: tuple[int, str, str, str], total: int) -> None:
        payment = self.next["payments"] - 1
        captured = f'{{"amount":{total},"method":"card","payment":{payment}}}'
        if life.paid is None:
            self._event("order.awaiting_payment", order, life.placed, "source")
        else:
            self._event("payment.captured", order, life.paid, "gateway", captured)
            self._mail(
                "order.received", order, person, self._event("order.placed", order, life.paid, "gateway")
            )
        if life.status in CONFIRMED:
            self._event("order.confirmed", order, life.confirmed, "staff")
        if life.departed:
            event = self._event("order.departed", order, life.departed, "carrier", '{"proof":"scan"}')
            self._mail("order.departed", order, person, event)
        self._event("order.delivered", order, life.delivered, "carrier")
        self._event("order.completed", order, life.completed, "system")
        self._event(
            "order.cancelled",
            order,
            life.cancelled,
            "staff",
            '{"notify":true,"reason":"customer_asked","rejected":false}',
        )
        if life.status == S.ON_HOLD:
            self._event("order.held", order, life.paid, "staff", '{"held_from":"placed","reason":"address"}')
        self._event("order.expired", order, life.expired, "system")

    def _event(
        self, kind: str, order: int, moment: int | None, actor: str, data: str = "{}"
    ) -> tuple[int, str] | None:
        at = written(moment)
        if at is None:
            return None
        pk = self._id("events")
        row = self.chain.sealed(pk, at, kind, (self.shop.pk, order), (actor, data))
        self.out["events"].append(row)
        return pk, at

    def _mail(
        self, kind: str, order: int, person: tuple[int, str, str, str], event: tuple[int, str] | None
    ) -> None:
        if event is None:
            return
        pk, at = self._id("messages"), event[1]
        text = f"{person[1]} 고객님,\n\n주문하신 상품의 새 소식이 있어요. 아래 주소에서 확인해 주세요.\n\n[[link]]\n"
        row = (
            *(pk, self.shop.pk, event[0], "order", order, person[0], kind, "email", person[2], "ko"),
            *(f"[{self.shop.name}] 주문 소식", text, f"order:{order}", "delivered", at, 1),
            *(f"syn{pk}.orderdesk", at, at, at, at),
        )
        self.out["messages"].append(row)
