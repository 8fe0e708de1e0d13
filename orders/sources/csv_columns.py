"""The columns of our own CSV: their names, their headings in Korean, and how a heading is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, what it means, an example, and other headings that mean it."""

    name: str
    label: str | Promise
    example: str = ""
    others: tuple[str, ...] = ()
    required: bool = False
    of_line: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(
        "order_number",
        _("Order number"),
        "A-1001",
        ("주문번호", "주문 번호", "order", "order id"),
        required=True,
    ),
    Column(
        "placed_at",
        _("Ordered on"),
        "2026-11-02 14:05",
        ("주문일시", "주문일", "결제일시", "order date"),
        required=True,
    ),
    Column("status", _("Status"), "delivered", ("주문상태", "상태", "order status")),
    Column("currency", _("Currency"), "KRW", ("통화",)),
    Column("customer_id", _("Customer's id"), "", ("회원번호", "구매자ID", "customer")),
    Column(
        "customer_name", _("Customer"), "홍길동", ("구매자명", "주문자명", "주문자", "구매자", "이름", "name")
    ),
    Column("customer_email", _("Mail"), "hong@example.com", ("이메일", "구매자이메일", "email")),
    Column(
        "customer_phone",
        _("Phone"),
        "010-1234-5678",
        ("구매자연락처", "연락처", "전화번호", "휴대폰", "phone"),
    ),
    Column("recipient_name", _("Recipient"), "홍길동", ("수취인명", "수령인", "받는분", "받는사람")),
    Column(
        "recipient_phone",
        _("Recipient's phone"),
        "010-1234-5678",
        ("수취인연락처", "수취인연락처1", "받는분연락처"),
    ),
    Column("country", _("Country"), "KR", ("국가",)),
    Column("postcode", _("Postcode"), "04524", ("우편번호", "zip")),
    Column(
        "address1", _("Address"), "서울특별시 중구 세종대로 110", ("주소", "기본주소", "배송지", "address")
    ),
    Column("address2", _("Address, rest"), "3층", ("상세주소",)),
    Column(
        "customer_note", _("Customer's note"), "문 앞에 놓아 주세요", ("배송메세지", "배송메시지", "요청사항")
    ),
    Column("delivery_method", _("Delivery method"), "parcel", ("배송방법",)),
    Column("sku", _("SKU"), "SHIRT-W-M", ("상품코드", "판매자상품코드", "상품번호"), of_line=True),
    Column("product", _("Product"), "면 셔츠", ("상품명", "품명", "item"), required=True, of_line=True),
    Column("options", _("Options"), "흰색 / M", ("옵션", "옵션정보", "옵션명"), of_line=True),
    Column("quantity", _("Quantity"), "2", ("수량", "주문수량", "qty"), required=True, of_line=True),
    Column(
        "unit_price",
        _("Unit price"),
        "24000",
        ("단가", "판매가", "상품가격", "price"),
        required=True,
        of_line=True,
    ),
    Column("line_discount", _("Discount of the line"), "0", ("상품할인", "상품별할인액"), of_line=True),
    Column("line_tax", _("Tax included"), "", ("부가세",), of_line=True),
    Column("parcel", _("Parcel number"), "1", ("송장순번",), of_line=True),
    Column("shipping", _("Shipping fee"), "3000", ("배송비", "배송비합계")),
    Column("order_discount", _("Discount of the order"), "0", ("주문할인", "쿠폰할인", "할인금액")),
    Column("payment_method", _("Payment method"), "card", ("결제수단", "결제방법")),
    Column("payment_amount", _("Amount paid"), "51000", ("결제금액", "실결제금액")),
    Column("paid_at", _("Paid"), "2026-11-02 14:06", ("결제일", "입금일시")),
    Column("payment_detail", _("About the payment"), "", ("결제정보",)),
    Column("confirmed_at", _("Confirmed"), "2026-11-02 15:00", ("발주확인일", "주문확인일시")),
    Column("preparing_at", _("Preparing since"), "", ("준비시작",)),
    Column("ready_at", _("Ready"), "", ("준비완료",)),
    Column("shipped_at", _("Shipped"), "2026-11-03 17:30", ("발송일", "발송처리일", "배송시작일")),
    Column("carrier", _("Carrier"), "cj", ("택배사", "택배사코드")),
    Column("tracking_number", _("Tracking number"), "689123456789", ("송장번호", "운송장번호")),
    Column("delivered_at", _("Delivered"), "2026-11-04 11:20", ("배송완료일",)),
    Column("completed_at", _("Completed"), "", ("구매확정일",)),
    Column("cancelled_at", _("Cancelled"), "", ("취소일", "취소일시")),
    Column("cancel_reason", _("Reason of cancelling"), "", ("취소사유",)),
    Column("promised_from", _("Promised from"), "", ("도착예정시작",)),
    Column("promised_until", _("Promised until"), "2026-11-04 21:00", ("도착예정일", "도착예정")),
)
BY_NAME = {column.name: column for column in COLUMNS}


def guess(headings: Iterable[str]) -> dict[str, str]:
    """Column name → heading of the file, for every heading that plainly means a column."""
    meanings = {_plain(word): c.name for c in COLUMNS for word in (c.name, *c.others)}
    found: dict[str, str] = {}
    for heading in headings:
        name = meanings.get(_plain(heading))
        if name and name not in found:
            found[name] = heading
    return found


def label_of(name: str) -> str:
    """What people call the column; a column of another source keeps its name."""
    return str(BY_NAME[name].label) if name in BY_NAME else name


def missing(mapping: dict[str, str]) -> list[Column]:
    """Required columns that no heading stands for."""
    return [column for column in COLUMNS if column.required and column.name not in mapping]


def _plain(heading: str) -> str:
    return re.sub(r"[\s_\-()·.]+", "", unicodedata.normalize("NFKC", heading)).lower()
