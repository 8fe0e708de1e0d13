from collections.abc import Iterator
from typing import Any

import pytest

from tests.notifications.peers import SMTP_BACKEND, Handler, smtp_server


@pytest.fixture
def smtp(settings: Any) -> Iterator[Handler]:
    """A real SMTP server behind EMAIL_HOST; back-off and leases as in production unless a test sets them."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP_BACKEND, "127.0.0.1"
    settings.EMAIL_PORT = 0
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with smtp_server() as handler:
        yield handler
