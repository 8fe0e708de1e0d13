"""Toss as it would be if it forgot keys: what `settings.GATEWAYS` names when a company without idempotency is tried."""

from __future__ import annotations

from orders.gateways.toss import Toss

GATEWAY = Toss(idempotent=False)
