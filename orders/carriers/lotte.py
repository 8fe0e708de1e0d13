"""Lotte Global Logistics (롯데택배)."""

from __future__ import annotations

from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="lotte",
    korean="롯데택배",
    english="Lotte Global Logistics",
    shape=r"\d{10}|\d{12,13}",
    page="https://www.lotteglogis.com/home/reservation/tracking/linkView?InvNo={number}",
    also=frozenset({"08", "HYUNDAI", "롯데", "롯데글로벌로지스", "현대택배"}),
    meanings={
        "12": C.INFORMATION_RECEIVED,
        "10": C.COLLECTED,
        "20": C.IN_TRANSIT,
        "21": C.IN_TRANSIT,
        "24": C.IN_TRANSIT,
        "25": C.IN_TRANSIT,
        "40": C.OUT_FOR_DELIVERY,
        "41": C.DELIVERED,
        "45": C.DELIVERED,
        "09": C.EXCEPTION,
        "운송장 등록": C.INFORMATION_RECEIVED,
        "집하": C.COLLECTED,
        "구간발송": C.IN_TRANSIT,
        "구간도착": C.IN_TRANSIT,
        "배달전": C.OUT_FOR_DELIVERY,
        "배달완료": C.DELIVERED,
        "반품취소": C.EXCEPTION,
    },
)
