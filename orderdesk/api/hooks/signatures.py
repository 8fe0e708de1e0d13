"""Who is calling: a signed body with its time, or the secret that older services put into the body itself."""

from __future__ import annotations

import hashlib
import hmac
import time

TOLERANCE_SECONDS = 300
HEADER = "X-Orderdesk-Signature"


def sign(secret: str, body: bytes, at: int) -> str:
    """The header for a body sent at `at` (Unix seconds): `t=…,v1=<hex HMAC-SHA256 of "t.body">`."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def signed_by(secret: str, header: str, body: bytes) -> bool:
    """Whether the header signs this body with this secret, within TOLERANCE_SECONDS of now."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    stamp = parts.get("t", "")
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        return False
    if abs(time.time() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    return same(sign(secret, body, int(stamp)), f"t={stamp},v1={parts.get('v1', '')}")


def same(expected: str, given: str) -> bool:
    """Equality that takes the same time wherever the texts differ."""
    return hmac.compare_digest(expected.encode(), given.encode())
