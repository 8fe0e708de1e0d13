"""What the test suite runs on: like development, but fast, silent and alone."""

import os

from orderdesk.settings.base import *  # noqa: F403
from orderdesk.settings.base import BASE_DIR, INSTALLED_APPS, LOGGING, STATIC_ROOT, VAR_DIR, env
from orderdesk.settings.connections import database

DEBUG = False
SECRET_KEY = "test-only-" + "0" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
INSTALLED_APPS = ["django_linear_migrations", *INSTALLED_APPS]
# A file of this process's own, not memory: races and killed workers need a database that several processes share.
(VAR_DIR / "tests").mkdir(exist_ok=True)
OWN_FILE = f"sqlite:///{VAR_DIR}/tests/{os.getpid()}.sqlite3"
DATABASES = {"default": database(env.str("TEST_DATABASE_URL", default="") or OWN_FILE, BASE_DIR)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}
    # A killed process loses nothing without fsync; only a power cut would, and no test cuts the power.
    pragmas = DATABASES["default"]["OPTIONS"]["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    DATABASES["default"]["OPTIONS"]["init_command"] = pragmas
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "tests" / "mail")
DEMO_MAILBOX = True
CELERY_BROKER_URL = env.str("TEST_BROKER_URL", default="") or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
NUDGE_WORKERS = False
PORTAL_LOOKUP_SECONDS = 0.0
REQUIRE_MFA = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
LOGGING["root"]["level"] = "ERROR"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
