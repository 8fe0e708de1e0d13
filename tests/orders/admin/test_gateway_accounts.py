"""Contracts with payment companies: an owner types keys in; nobody, the owner included, reads them back."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from orderdesk.accounts.encryption import decrypt, encrypt
from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orderdesk.errors import DomainError
from orderdesk.events.actor import SYSTEM
from orderdesk.events.models import Event
from orders.gateways import credentials_for
from orders.models import GatewayAccount, RefundAccount
from orders.services.gateway_accounts import Contract, companies, save_contract
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
CANARY, HOOK = "live_sk_canary_4711", "whsec_canary_4711"
ADD = "/admin/orders/gatewayaccount/add/"


@pytest.fixture
def owner(client: Client, shop: Shop) -> Client:
    client.force_login(make_user(shop, Role.OWNER))
    client.cookies["django_language"] = "en"
    return client


def change(row: GatewayAccount) -> str:
    return f"/admin/orders/gatewayaccount/{row.pk}/change/"


def form(shop: Shop, **values: str) -> dict[str, str]:
    return {
        "shop": str(shop.pk),
        "gateway": "toss",
        "secret": CANARY,
        "webhook_secret": HOOK,
        "is_active": "on",
    } | values


def test_an_owner_types_the_keys_in_and_they_are_stored_encrypted(owner: Client, shop: Shop) -> None:
    assert owner.post(ADD, form(shop)).status_code == 302
    row = GatewayAccount.objects.get()
    assert CANARY not in row.secret_encrypted
    assert (decrypt(row.secret_encrypted), decrypt(row.webhook_secret_encrypted)) == (CANARY, HOOK)
    assert credentials_for(shop.pk, "toss").secret == CANARY


def test_no_page_no_event_and_no_refused_form_shows_a_key(owner: Client, shop: Shop) -> None:
    refused = owner.post(ADD, form(shop, gateway="nobody"))
    owner.post(ADD, form(shop))
    row = GatewayAccount.objects.get()
    pages = [
        refused,
        owner.get(change(row)),
        owner.get("/admin/orders/gatewayaccount/"),
        owner.get(f"{change(row)[:-7]}history/"),
    ]
    told = str(list(Event.objects.values_list("data", flat=True)))
    assert [page.status_code for page in pages] == [200] * 4
    assert not any("canary" in page.content.decode() for page in pages)
    assert "canary" not in told
    assert "contract_changed" in str(list(Event.objects.values_list("kind", flat=True)))


def test_portones_channel_key_goes_along(owner: Client, shop: Shop) -> None:
    owner.post(ADD, form(shop, gateway="portone", channel="channel-key-7"))
    assert credentials_for(shop.pk, "portone").channel == "channel-key-7"


def test_an_empty_field_keeps_the_stored_key(owner: Client, shop: Shop) -> None:
    owner.post(ADD, form(shop))
    row = GatewayAccount.objects.get()
    page = owner.get(change(row))
    found = re.search(r'name="seen" value="([^"]*)"', page.content.decode())
    seen = found[1] if found else ""
    owner.post(change(row), {"secret": "", "webhook_secret": "new", "is_active": "on", "seen": seen})
    row.refresh_from_db()
    assert (decrypt(row.secret_encrypted), decrypt(row.webhook_secret_encrypted)) == (CANARY, "new")


def test_a_contract_needs_its_key(owner: Client, shop: Shop) -> None:
    page = owner.post(ADD, form(shop, secret=""))
    assert "Enter the secret key" in page.content.decode()
    assert not GatewayAccount.objects.exists()


def test_a_second_contract_with_one_company_is_a_sentence(owner: Client, shop: Shop) -> None:
    owner.post(ADD, form(shop))
    page = owner.post(ADD, form(shop, secret="other"))
    assert page.status_code == 200
    assert "already exists" in page.content.decode()
    assert decrypt(GatewayAccount.objects.get().secret_encrypted) == CANARY


def test_another_shops_contract_is_not_there(owner: Client) -> None:
    other = save_contract(make_shop().pk, Contract("toss", "x"), actor=SYSTEM)
    assert owner.get(change(other)).status_code in (302, 404)
    assert owner.post(ADD, form(other.shop, gateway="stripe")).status_code == 200
    assert GatewayAccount.objects.count() == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.ANALYST])
def test_only_owners_come_in(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    assert client.get("/admin/orders/gatewayaccount/").status_code == 403


def test_people_who_pay_by_hand_need_no_contract_and_companies_do() -> None:
    shop = make_shop()
    assert "bank" not in companies()
    assert credentials_for(shop.pk, "manual").secret == ""
    with pytest.raises(DomainError) as refused:
        credentials_for(shop.pk, "toss")
    assert refused.value.code == "no_gateway_account"
    with pytest.raises(DomainError):
        save_contract(shop.pk, Contract("bank", "x"), actor=SYSTEM)


def test_a_contract_that_was_ended_sends_nothing() -> None:
    shop = make_shop()
    save_contract(shop.pk, Contract("toss", CANARY, is_active=False), actor=SYSTEM)
    with pytest.raises(DomainError):
        credentials_for(shop.pk, "toss")


def test_a_new_key_takes_contracts_and_refund_accounts_along(settings: Any) -> None:
    shop = make_shop()
    save_contract(shop.pk, Contract("toss", CANARY, HOOK), actor=SYSTEM)
    order = make_order(shop)
    RefundAccount.objects.create(
        order=order,
        bank="088",
        number_encrypted=encrypt("110"),
        holder_encrypted=encrypt("홍길동"),
        last4="0110",
    )
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new key"
    call_command("rotate_secrets", stdout=StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    assert credentials_for(shop.pk, "toss").webhook_secret == HOOK
    assert decrypt(RefundAccount.objects.get().number_encrypted) == "110"


def test_a_company_that_left_the_settings_is_a_sentence(owner: Client, shop: Shop) -> None:
    row = GatewayAccount.objects.create(shop=shop, gateway="gone", secret_encrypted=encrypt("x"))
    page = owner.post(change(row), {"is_active": "on"})
    assert page.status_code == 200
    assert "not known here" in page.content.decode()
