"""EMS and registered parcels abroad by Korea Post (우체국 EMS): numbers of the postal union, a page of their own."""

from __future__ import annotations

from orders.carriers.check_digits import s10
from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="ems",
    korean="우체국 EMS",
    english="Korea Post EMS",
    shape=r"[A-Z]{2}\d{9}[A-Z]{2}",
    page="https://service.epost.go.kr/trace.RetrieveEmsRigiTraceList.comm?POST_CODE={number}",
    also=frozenset({"12", "EMS", "국제우편"}),
    fits=s10,
    certain=True,
    meanings={
        "접수": C.INFORMATION_RECEIVED,
        "발송준비": C.IN_TRANSIT,
        "교환국 도착": C.IN_TRANSIT,
        "발송": C.IN_TRANSIT,
        "도착": C.IN_TRANSIT,
        "배달준비": C.OUT_FOR_DELIVERY,
        "배달완료": C.DELIVERED,
        "미배달": C.ATTEMPT_FAILED,
    },
)
