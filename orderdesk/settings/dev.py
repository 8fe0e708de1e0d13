"""One machine, no configuration: `make run` and an engineer's own work."""

from importlib.util import find_spec

from orderdesk.settings.base import *  # noqa: F403
from orderdesk.settings.base import ALLOWED_HOSTS, INSTALLED_APPS, STATIC_ROOT, env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="dev-only-" + "0" * 50)
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", ".localhost"]
DEMO_MAILBOX = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# An engineer's tool, absent where only requirements.txt is installed.
if find_spec("django_linear_migrations"):
    INSTALLED_APPS = ["django_linear_migrations", *INSTALLED_APPS]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
