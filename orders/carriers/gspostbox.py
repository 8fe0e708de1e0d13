"""GS Postbox (GS Postbox 택배)."""

from __future__ import annotations

from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="gspostbox",
    korean="GS Postbox 택배",
    english="GS Postbox",
    shape=r"\d{10,12}",
    page="https://www.cvsnet.co.kr/invoice/tracking.do?invoice_no={number}",
    also=frozenset({"24", "CVSNET", "편의점택배", "GSPostbox택배", "gs25택배"}),
    meanings={
        "C01": C.INFORMATION_RECEIVED,
        "C015": C.COLLECTED,
        "C02": C.IN_TRANSIT,
        "C03": C.IN_TRANSIT,
        "C04": C.IN_TRANSIT,
        "C07": C.IN_TRANSIT,
        "C08": C.IN_TRANSIT,
        "C09": C.IN_TRANSIT,
        "C095": C.OUT_FOR_DELIVERY,
        "C10": C.AVAILABLE_FOR_PICKUP,
        "C11": C.DELIVERED,
        "11": C.COLLECTED,
        "21": C.IN_TRANSIT,
        "41": C.IN_TRANSIT,
        "42": C.IN_TRANSIT,
        "82": C.OUT_FOR_DELIVERY,
        "91": C.DELIVERED,
        "점포접수": C.INFORMATION_RECEIVED,
        "점포도착": C.AVAILABLE_FOR_PICKUP,
        "고객전달": C.DELIVERED,
        "집화처리": C.COLLECTED,
        "간선상차": C.IN_TRANSIT,
        "간선하차": C.IN_TRANSIT,
        "배송출발": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
    },
)
