"""As in production, but for TLS and mail: one machine measures itself."""

import os
from urllib.parse import urlsplit

from orderdesk.settings.base import *  # noqa: F403
from orderdesk.settings.base import BASE_DIR, LOGGING, MIDDLEWARE, VAR_DIR
from orderdesk.settings.connections import database

_SERVER = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1/postgres"
BENCH_DATABASE = "orderdesk_bench"
BENCH_URL = (
    os.environ.get("BENCH_DATABASE_URL") or urlsplit(_SERVER)._replace(path=f"/{BENCH_DATABASE}").geturl()
)
DATABASES = {"default": database(BENCH_URL, BASE_DIR)}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Loading a million rows holds its locks for longer than a page may wait.
    DATABASES["default"]["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=600s"

SECRET_KEY = "bench-only-" + "0" * 50
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
REQUIRE_MFA = False
DEMO_MAILBOX = False
ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.counting.count_queries", *MIDDLEWARE]
BENCH_DIR = VAR_DIR / "bench"
BENCH_DIR.mkdir(exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ.get("BENCH_SMTP_PORT", "1"))
NUDGE_WORKERS = False  # no worker listens: the nudge's publish is measured by the broker's own figures
LOGGING["root"]["level"] = "ERROR"
