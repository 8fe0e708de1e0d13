"""Daesin Express (대신택배)."""

from __future__ import annotations

from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="daesin",
    korean="대신택배",
    english="Daesin Express",
    shape=r"\d{13}",
    page="https://www.ds3211.co.kr/freight/internalFreightSearch.ht?billno={number}",
    also=frozenset({"22", "DAESIN", "대신"}),
    meanings={
        "2": C.OUT_FOR_DELIVERY,
        "발송취급점": C.INFORMATION_RECEIVED,
        "배달중": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
    },
)
