"""CJ Logistics (CJ대한통운)."""

from __future__ import annotations

from orders.carriers.check_digits import by_seven
from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="cj",
    korean="CJ대한통운",
    english="CJ Logistics",
    shape=r"\d{10}|\d{12}",
    page="https://trace.cjlogistics.com/next/tracking.html?wblNo={number}",
    also=frozenset({"04", "CJGLS", "대한통운", "cj택배", "cjlogistics"}),
    fits=by_seven(12, skip=2),
    meanings={
        "11": C.COLLECTED,
        "21": C.IN_TRANSIT,
        "41": C.IN_TRANSIT,
        "42": C.IN_TRANSIT,
        "44": C.IN_TRANSIT,
        "82": C.OUT_FOR_DELIVERY,
        "91": C.DELIVERED,
        "집화처리": C.COLLECTED,
        "간선상차": C.IN_TRANSIT,
        "간선하차": C.IN_TRANSIT,
        "배송출발": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
        "미배달": C.ATTEMPT_FAILED,
    },
)
