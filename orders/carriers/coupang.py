"""Coupang Logistics (쿠팡로지스틱스)."""

from __future__ import annotations

from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="coupang",
    korean="쿠팡로지스틱스",
    english="Coupang Logistics",
    shape=r"[A-Z0-9]{10,15}",
    page="https://www.coupangls.com/web/modal/invoice/{number}",
    also=frozenset({"COUPANG", "COUPANGLS", "쿠팡", "쿠팡로지스틱스서비스"}),
    meanings={
        "운송장 등록": C.INFORMATION_RECEIVED,
        "택배접수": C.COLLECTED,
        "집하": C.COLLECTED,
        "센터상차": C.IN_TRANSIT,
        "센터도착": C.IN_TRANSIT,
        "소터분류": C.IN_TRANSIT,
        "캠프상차": C.IN_TRANSIT,
        "캠프도착": C.IN_TRANSIT,
        "통관시작": C.IN_TRANSIT,
        "통관완료": C.IN_TRANSIT,
        "배송출발": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
    },
)
