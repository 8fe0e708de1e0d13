"""What the test suite runs on: like development, but fast, silent and alone."""

from orderdesk.settings.base import *  # noqa: F403
from orderdesk.settings.base import BASE_DIR, INSTALLED_APPS, LOGGING, VAR_DIR, database, env

DEBUG = False
SECRET_KEY = "test-only-" + "0" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
INSTALLED_APPS = ["django_linear_migrations", *INSTALLED_APPS]
DATABASES = {"default": database(env.str("TEST_DATABASE_URL", default="sqlite:///var/tests/test.sqlite3"), BASE_DIR)}
# A file, not memory: races and killed workers need a database that several processes share.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    (VAR_DIR / "tests").mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEMO_MAILBOX = True
CELERY_BROKER_URL = env.str("TEST_BROKER_URL", default="memory://")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
NUDGE_WORKERS = False
REQUIRE_MFA = False
LOGGING["root"]["level"] = "ERROR"
