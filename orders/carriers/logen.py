"""Logen (로젠택배)."""

from __future__ import annotations

from orders.carriers.check_digits import by_seven
from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="logen",
    korean="로젠택배",
    english="Logen",
    shape=r"\d{10,11}",
    page="https://www.ilogen.com/web/personal/trace/{number}",
    also=frozenset({"06", "KGB", "로젠"}),
    fits=by_seven(11),
    meanings={
        "집하출고": C.IN_TRANSIT,
        "집하완료": C.COLLECTED,
        "터미널입고": C.IN_TRANSIT,
        "터미널출고": C.IN_TRANSIT,
        "행낭적입": C.IN_TRANSIT,
        "배송입고": C.IN_TRANSIT,
        "배송출고": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
    },
)
