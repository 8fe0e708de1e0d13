"""Korea Post (우체국택배)."""

from __future__ import annotations

from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="epost",
    korean="우체국택배",
    english="Korea Post",
    shape=r"\d{13}",
    page="https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?sid1={number}",
    also=frozenset({"01", "EPOST", "우체국", "우편등기"}),
    meanings={
        "운송장출력": C.INFORMATION_RECEIVED,
        "접수": C.INFORMATION_RECEIVED,
        "접수 마감 후 접수(익일발송)": C.INFORMATION_RECEIVED,
        "인수완료": C.COLLECTED,
        "집하완료": C.COLLECTED,
        "발송": C.IN_TRANSIT,
        "도착": C.IN_TRANSIT,
        "배달준비": C.OUT_FOR_DELIVERY,
        "배달완료": C.DELIVERED,
        "미배달": C.ATTEMPT_FAILED,
        "신청취소": C.EXCEPTION,
        "접수취소": C.EXCEPTION,
    },
)
