"""Whatever the line or the company does wrong, the result is unknown: never failed, never an exception."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from orders.gateways import Outcome
from tests.orders.gateways.answers import ACCOUNT, COMPANIES, Company

each = pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.name)
Mock = Any


def status(code: int, body: Any = None) -> httpx.Response:
    return httpx.Response(code, json=body if body is not None else {"message": "?"})


def raw(content: bytes, code: int = 200) -> httpx.Response:
    return httpx.Response(code, content=content)


# Name → what the company's line does to a refund.
FAULTS: dict[str, Mock] = {
    "connect refused": httpx.ConnectError("refused"),
    "name unknown": httpx.ConnectError("name or service not known"),
    "certificate wrong": httpx.ConnectError("certificate verify failed"),
    "connect time-out": httpx.ConnectTimeout("slow"),
    "read time-out": httpx.ReadTimeout("slow"),
    "write time-out": httpx.WriteTimeout("slow"),
    "no free line": httpx.PoolTimeout("full"),
    "reset while reading": httpx.ReadError("reset"),
    "reset while writing": httpx.WriteError("reset"),
    "closed without an answer": httpx.RemoteProtocolError("server disconnected"),
    "cut in the middle": httpx.RemoteProtocolError("peer closed connection"),
    "proxy down": httpx.ProxyError("502"),
    "endless redirects": httpx.TooManyRedirects("loop"),
    "broken compression": httpx.DecodingError("gzip"),
    "socket error": OSError("broken pipe"),
    "500": status(500),
    "500 with an error of theirs": status(500, {"code": "COMMON_ERROR", "type": "PG_PROVIDER"}),
    "501": status(501),
    "502 html": raw(b"<html>bad gateway</html>", 502),
    "503": status(503),
    "504": status(504),
    "520": status(520),
    "408": status(408),
    "409 in progress": status(
        409, {"code": "IDEMPOTENT_REQUEST_PROCESSING", "type": "IDEMPOTENCY_OUTSTANDING_REQUEST"}
    ),
    "425": status(425),
    "429": status(429),
    "400 html": raw(b"<html>bad request</html>", 400),
    "400 with a code that nobody knows": status(
        400, {"code": "NEW_CODE", "type": "NEW", "error": {"type": "new"}}
    ),
    "404 of a proxy": raw(b"not found", 404),
    "302": httpx.Response(302, headers={"Location": "https://elsewhere.test/"}),
    "200 empty": raw(b""),
    "200 html": raw(b"<html>maintenance</html>"),
    "200 half a JSON": raw(b'{"status": "DO'),
    "200 a list": raw(b"[]"),
    "200 null": raw(b"null"),
    "200 a number": raw(b"1"),
    "200 not UTF-8": raw(b"\xff\xfe{}"),
    "200 deep": raw(b"[" * 100_000),
    "200 an empty object": raw(b"{}"),
    "200 of something else": status(200, {"status": "ok", "id": "x", "object": "charge", "paymentKey": "x"}),
    "204": raw(b"", 204),
}


def behave(fault: Mock) -> dict[str, Mock]:
    return {"side_effect": fault} if isinstance(fault, Exception) else {"return_value": fault}


@each
@pytest.mark.parametrize("fault", FAULTS)
@respx.mock
def test_no_fault_of_a_refund_is_called_a_failure(company: Company, fault: str) -> None:
    respx.route(host=httpx.URL(company.url).host).mock(**behave(FAULTS[fault]))
    assert company.gateway.refund(company.call(), company.credentials).outcome == Outcome.UNKNOWN


@each
@pytest.mark.parametrize("fault", FAULTS)
@respx.mock
def test_no_fault_of_a_query_says_that_nothing_happened(company: Company, fault: str) -> None:
    respx.route(host=httpx.URL(company.url).host).mock(**behave(FAULTS[fault]))
    answer = company.gateway.query(company.call(), company.credentials)
    assert answer.outcome == Outcome.UNKNOWN
    assert company.gateway.look(company.payment_ref, company.credentials) is None


ODD: dict[str, Any] = {
    "no amount": {"cancelAmount": None, "totalAmount": None, "amount": None},
    "an amount with decimals": {"cancelAmount": 0.5, "totalAmount": 0.5, "amount": 0.5},
    "a text for an amount": {"cancelAmount": "many", "totalAmount": "many", "amount": "many"},
    "an endless amount": {"cancelAmount": "1e999999", "totalAmount": 10**30, "amount": 10**30},
    "another reference": {
        "cancelReason": "x [other]",
        "reason": "x [other]",
        "metadata": {"orderdesk_ref": "other"},
    },
    "no reference": {"cancelReason": None, "reason": None, "metadata": None},
}


@each
@pytest.mark.parametrize("odd", ODD)
@respx.mock
def test_a_good_answer_with_an_odd_refund_in_it_is_unknown(company: Company, odd: str) -> None:
    body = company.done(company.call())
    refund = body["cancels"][0] if "cancels" in body else body.get("cancellation", body)
    refund.update({name: value for name, value in ODD[odd].items() if name in refund})
    respx.post(host=httpx.URL(company.url).host).respond(json=body)
    assert company.gateway.refund(company.call(), company.credentials).outcome == Outcome.UNKNOWN


def test_the_table_is_long_enough() -> None:
    assert len(FAULTS) >= 30


def test_secrets_stand_in_no_text_of_the_objects() -> None:
    company = COMPANIES[0]
    assert "sk_test" not in repr(company.credentials) + str(company.credentials)
    assert "110" not in repr(company.call(account=ACCOUNT))
