"""Secrets at rest: encrypted with a key from outside the database, so that a dump alone gives nothing away."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _fernet() -> MultiFernet:
    # The first key writes; older ones (SECRET_KEY_FALLBACKS) still read.
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"orderdesk.secrets:" + str(key).encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def encrypt(text: str) -> str:
    """Authenticated encryption (Fernet) under SECRET_KEY."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """What `encrypt` was given; cryptography.fernet.InvalidToken when neither key fits or the text was changed."""
    return _fernet().decrypt(text.encode()).decode()


def renew(text: str) -> str:
    """The same secret under the first key; InvalidToken as `decrypt`."""
    return _fernet().rotate(text.encode()).decode()
