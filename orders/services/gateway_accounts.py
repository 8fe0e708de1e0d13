"""A shop's contracts with payment companies: secrets go in encrypted, are renewed under a new key, and never come out."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.encryption import encrypt, renew
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record
from orders.gateways import gateways
from orders.models import GatewayAccount, RefundAccount


@dataclass(frozen=True, slots=True)
class Contract:
    """What is typed in; an empty secret leaves the stored one as it is."""

    gateway: str
    secret: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    is_active: bool = True
    channel: str = ""


def companies() -> list[str]:
    """Payment companies that a shop can have a contract with."""
    return [name for name, gateway in gateways().items() if not gateway.abilities.manual]


@transaction.atomic
def save_contract(shop_id: int, contract: Contract, *, actor: Actor) -> GatewayAccount:
    """Keep a shop's contract, one a company. DomainError `no_such_gateway`. The event says what was set, never to what."""
    if contract.gateway not in companies():
        raise DomainError("no_such_gateway", _("This payment company is not known here."))
    row, _made = GatewayAccount.objects.select_for_update().get_or_create(
        shop_id=shop_id, gateway=contract.gateway
    )
    row.is_active, row.channel = contract.is_active, contract.channel.strip()
    if contract.secret:
        row.secret_encrypted = encrypt(contract.secret.strip())
    if contract.webhook_secret:
        row.webhook_secret_encrypted = encrypt(contract.webhook_secret.strip())
    row.save()
    said = {
        "gateway": contract.gateway,
        "active": contract.is_active,
        "secret": bool(contract.secret),
        "webhook_secret": bool(contract.webhook_secret),
    }
    record(Fact("gateway.contract_changed", shop_id, ("shop", shop_id), actor, said))
    return row


@transaction.atomic
def renew_secrets() -> int:
    """Write every stored secret and refund account anew under the first key; how many rows. Those no key reads stay."""
    count = 0
    for contract in GatewayAccount.objects.select_for_update().order_by("pk"):
        contract.secret_encrypted = _renewed(contract.secret_encrypted)
        contract.webhook_secret_encrypted = _renewed(contract.webhook_secret_encrypted)
        contract.save(update_fields=["secret_encrypted", "webhook_secret_encrypted"])
        count += 1
    for account in RefundAccount.objects.select_for_update().order_by("pk").iterator(chunk_size=500):
        account.number_encrypted = _renewed(account.number_encrypted)
        account.holder_encrypted = _renewed(account.holder_encrypted)
        account.save(update_fields=["number_encrypted", "holder_encrypted"])
        count += 1
    return count


def _renewed(text: str) -> str:
    try:
        return renew(text) if text else text
    except InvalidToken:
        # Erased or written under a key that is gone: one such row must not keep the others on the old key.
        return text
