"""Hanjin Express (한진택배)."""

from __future__ import annotations

from orders.carriers.check_digits import by_seven
from orders.carriers.mapped import MappedCarrier
from orders.terms import TrackingCode as C

CARRIER = MappedCarrier(
    code="hanjin",
    korean="한진택배",
    english="Hanjin Express",
    shape=r"\d{10}|\d{12}|\d{14}",
    page="https://www.hanjin.com/kor/CMS/DeliveryMgr/WaybillResult.do?mCode=MN038&schLang=KR&wblnumText2={number}",
    also=frozenset({"05", "HANJIN", "한진"}),
    fits=by_seven(12),
    meanings={
        "접수": C.INFORMATION_RECEIVED,
        "운송장 정보가 등록되었습니다": C.INFORMATION_RECEIVED,
        "로 이동중": C.IN_TRANSIT,
        "에 도착": C.IN_TRANSIT,
        "에 입고": C.IN_TRANSIT,
        "배송을 준비중": C.IN_TRANSIT,
        "배송준비중": C.IN_TRANSIT,
        "상품 출고 대기": C.IN_TRANSIT,
        "수입통관이 완료": C.IN_TRANSIT,
        "수입신고가 수리": C.IN_TRANSIT,
        "관부가세 납부 대기 중": C.EXCEPTION,
        "배송출발": C.OUT_FOR_DELIVERY,
        "배송완료": C.DELIVERED,
    },
)
