"""Chunil Express (천일택배)."""

from __future__ import annotations

from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="chunil",
    korean="천일택배",
    english="Chunil Express",
    shape=r"\d{11}",
    page="http://www.chunil.co.kr/HTrace/HTrace.jsp?transNo={number}",
    also=frozenset({"17", "CHUNIL", "천일"}),
    meanings={
        "접수": C.INFORMATION_RECEIVED,
        "발송": C.COLLECTED,
        "간선상차": C.IN_TRANSIT,
        "간선하차": C.IN_TRANSIT,
        "중계도착": C.IN_TRANSIT,
        "중계발송": C.IN_TRANSIT,
        "발송터미널출발": C.IN_TRANSIT,
        "발송터미널하차": C.IN_TRANSIT,
        "도착터미널하차": C.IN_TRANSIT,
        "영업소도착": C.IN_TRANSIT,
        "도착": C.IN_TRANSIT,
        "배송출발": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
    },
)
