"""Kyungdong Express (경동택배)."""

from __future__ import annotations

from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="kdexp",
    korean="경동택배",
    english="Kyungdong Express",
    shape=r"\d{8,16}",
    page="https://kdexp.com/service/delivery/etc/delivery.do?barcode={number}",
    also=frozenset({"23", "KDEXP", "경동"}),
    meanings={
        "0002": C.COLLECTED,
        "0003": C.IN_TRANSIT,
        "0006": C.IN_TRANSIT,
        "0008": C.OUT_FOR_DELIVERY,
        "0007": C.DELIVERED,
        "접수완료": C.INFORMATION_RECEIVED,
        "영업소집하": C.COLLECTED,
        "노선상차": C.IN_TRANSIT,
        "터미널입고": C.IN_TRANSIT,
        "영업소도착": C.IN_TRANSIT,
        "배달차량상차": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
    },
)
