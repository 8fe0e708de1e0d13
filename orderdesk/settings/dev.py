"""One machine, no configuration: `make run` and an engineer's own work."""

from importlib.util import find_spec
from urllib.parse import urlsplit

from orderdesk.operations.site_address import kept_address
from orderdesk.settings.base import *  # noqa: F403
from orderdesk.settings.base import (
    ALLOWED_HOSTS,
    CSRF_TRUSTED_ORIGINS,
    INSTALLED_APPS,
    PORT,
    SITE_URL,
    STATIC_ROOT,
    VAR_DIR,
    env,
)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="dev-only-" + "0" * 50)
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", ".localhost"]
# A drain or a shell started beside `make run PORT=…` writes the same links as it does.
_KEPT = "" if {"SITE_URL", "PORT"} & set(env.ENVIRON) else kept_address(VAR_DIR)
if _KEPT:
    SITE_URL = _KEPT
    PORT = urlsplit(_KEPT).port or PORT
    CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
DEMO_MAILBOX = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# An engineer's tool, absent where only requirements.txt is installed.
if find_spec("django_linear_migrations"):
    INSTALLED_APPS = ["django_linear_migrations", *INSTALLED_APPS]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
