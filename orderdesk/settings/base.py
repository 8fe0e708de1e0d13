"""What every environment shares. Values come from the environment; docs/operations.md lists them."""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environ import Env

from orderdesk.settings.connections import broker_options, database, mail

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Env()
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

FIRST_PARTY_APPS = [
    "orderdesk.events",
    "orderdesk.accounts",
    "orderdesk.console.apps.ConsoleConfig",
    "orderdesk.policies",
    "orderdesk.notifications",
    "orderdesk.operations",
    "orders",
    "returns",
    "feedback",
]
INSTALLED_APPS = [
    *FIRST_PARTY_APPS,
    "orderdesk.console.apps.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",  # allauth's page of passkeys loads its tags
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_celery_beat",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "orderdesk.urls"
WSGI_APPLICATION = "orderdesk.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# ── data ──
DATABASES = {
    "default": database(env.str("DATABASE_URL", default="sqlite:///var/orderdesk.sqlite3"), BASE_DIR)
}
# Off behind a pooler that gives each transaction another server connection (PgBouncer's transaction mode).
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://orderdesk_cache")}

# ── who ──
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["orderdesk.accounts.backends.MembershipBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {"login": "orderdesk.accounts.login.StaffLoginForm"}
ACCOUNT_ADAPTER = "orderdesk.accounts.adapters.StaffAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # staff are made by an owner, not by signing up
MFA_ADAPTER = "orderdesk.accounts.adapters.SecretsAtRest"
MFA_TOTP_ISSUER = "orderdesk"
MFA_RECOVERY_CODES_SHOW_ONCE = True
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=12 * 3600)

# ── language and time ──
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["orderdesk.formats"]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True

# ── files ──
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.is_dir()]
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))

# ── browser's rules ──
# Map tiles come from elsewhere, and only if the operator names where from.
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")
MAP_TILES_ORIGIN = env.str("MAP_TILES_ORIGIN", default="")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *([MAP_TILES_ORIGIN] if MAP_TILES_ORIGIN else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# ── background work ──
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(CELERY_BROKER_URL, VAR_DIR)
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Beat only finds its way back to a broker that was away when it may try again; a page never waits: its nudge asks once
# (`events/nudge.py`), and the sweep finds what a lost nudge missed.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.2, "interval_max": 1}
# A worker that lost its line comes back under its own name: an exclusive control queue would still be locked by the
# line that RabbitMQ has not missed yet, and end it.
CELERY_CONTROL_QUEUE_EXCLUSIVE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_DB_REUSE_MAX = 1000
NUDGE_WORKERS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "orderdesk.operations.tasks.beat", "schedule": 30.0, "options": {"expires": 30}},
    "drain": {"task": "orderdesk.drain", "schedule": 20.0, "options": {"expires": 20}},
}
# What a drain does, in the order in which one stage feeds the next.
DRAIN_STAGES: dict[str, str] = {
    "inbound": "orderdesk.events.inbox.drain_inbound",
    "reactions": "orderdesk.events.dispatch.drain_reactions",
    "messages": "orderdesk.notifications.services.send.drain_messages",
    "deadlines": "orders.services.deadlines.run_deadlines",
    "cancellations": "orders.services.cancelling.decide.by_deadline",
    "refunds": "orders.services.refunds.submit.drain_refunds",
    "refund_deadlines": "orders.services.refunds.deadlines.run_refund_deadlines",
    "imports": "orders.services.importing.background.run_due_imports",
    "seals": "orderdesk.events.sealing.seal",
}

# ── mail and messages ──
vars().update(mail(env.str("EMAIL_URL", default="mailbox:"), VAR_DIR))
EMAIL_TIMEOUT = 10
# A claim that nobody worked on is free again after this; a handed-over one waits out the server's longest reply.
MESSAGE_CLAIM_SECONDS = 300.0
MESSAGE_REPLY_SECONDS = 900.0
# A refund that a worker holds is free again after this: longer than a payment company's slowest answer.
REFUND_CLAIM_SECONDS = 120.0
# Called with a fresh wish to cancel; gives one fitting offer as a dict, or None. Empty: no offers.
CANCEL_OFFERS = env.str("CANCEL_OFFERS", default="")
MESSAGE_RETRY_SECONDS = 30.0
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="orderdesk@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Anymail itself looks up ANYMAIL_<PROVIDER>_* settings; they arrive by the same names in the environment.
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value for name, value in env.ENVIRON.items() if name.startswith("ANYMAIL_")
}
SOLAPI_API_URL = env.str("SOLAPI_API_URL", default="https://api.solapi.com")
SOLAPI_API_KEY = env.str("SOLAPI_API_KEY", default="")
SOLAPI_API_SECRET = env.str("SOLAPI_API_SECRET", default="")
SOLAPI_SENDER = env.str("SOLAPI_SENDER", default="")
SOLAPI_PFID = env.str("SOLAPI_PFID", default="")
# Approved AlimTalk templates by kind of message: {"order.departed": "KA01TP…"}
SOLAPI_TEMPLATES: dict[str, str] = env.json("SOLAPI_TEMPLATES", default={})
# Shared with Solapi's console: its delivery reports bear it.
SOLAPI_WEBHOOK_SECRET = env.str("SOLAPI_WEBHOOK_SECRET", default="")
SWEETTRACKER_SECRET = env.str("SWEETTRACKER_SECRET", default="")
TOSS_API_URL = env.str("TOSS_API_URL", default="https://api.tosspayments.com")
PORTONE_API_URL = env.str("PORTONE_API_URL", default="https://api.portone.io")
STRIPE_API_URL = env.str("STRIPE_API_URL", default="https://api.stripe.com")

# ── rooms meet here: dotted paths, so that nothing imports upwards ──
CARRIERS: dict[str, str] = {
    "cj": "orders.carriers.cj.CARRIER",
    "hanjin": "orders.carriers.hanjin.CARRIER",
    "lotte": "orders.carriers.lotte.CARRIER",
    "logen": "orders.carriers.logen.CARRIER",
    "epost": "orders.carriers.epost.CARRIER",
    "ems": "orders.carriers.ems.CARRIER",
    "coupang": "orders.carriers.coupang.CARRIER",
    "gspostbox": "orders.carriers.gspostbox.CARRIER",
    "kdexp": "orders.carriers.kdexp.CARRIER",
    "daesin": "orders.carriers.daesin.CARRIER",
    "chunil": "orders.carriers.chunil.CARRIER",
}
# Payment companies; every other name on a payment is paid back by hand (`bank`).
GATEWAYS: dict[str, str] = {
    "toss": "orders.gateways.toss.GATEWAY",
    "portone": "orders.gateways.portone.GATEWAY",
    "stripe": "orders.gateways.stripe.GATEWAY",
    "bank": "orders.gateways.bank.GATEWAY",
    "simulator": "orders.gateways.simulator.GATEWAY",
}
# Who does what another system called us about: vendor → `handle(body) -> InboundOutcome`.
INBOUND_HANDLERS: dict[str, str] = {
    "sweettracker": "orders.services.inbound_scans.handle",
    "toss": "orders.services.refunds.inbound.toss",
    "portone": "orders.services.refunds.inbound.portone",
    "stripe": "orders.services.refunds.inbound.stripe",
}
SOURCES: dict[str, str] = {
    "olist": "orders.sources.olist.Olist",
    "online_retail": "orders.sources.online_retail.OnlineRetail",
    "csv": "orders.sources.orderdesk_csv.OrderdeskCsv",
}
# Rooms above orders that keep a part of what is imported: writer(shop, batch) -> counts.
IMPORT_WRITERS: list[str] = [
    "feedback.services.importing.write_reviews",
    "returns.services.importing.write_credits",
]
# Rooms above orders that add columns to the export of orders: columns(request, masked) -> [ExportColumn].
ORDER_EXPORT_COLUMNS: list[str] = ["feedback.export.columns"]
# Without a key at Solapi, texts stay on this machine, beside the demo mailbox's mails.
_TEXTS = "solapi.SolapiChannel" if SOLAPI_API_KEY else "console.ConsoleChannel"
CHANNELS: dict[str, str] = {
    "email": "orderdesk.notifications.channels.email.open_email",
    "sms": f"orderdesk.notifications.channels.{_TEXTS}",
    "alimtalk": f"orderdesk.notifications.channels.{_TEXTS}",
}
MESSAGE_LINKS = "orders.services.links.links_for"
MESSAGES_CHANGED = "orders.services.tell.messages_changed"
MESSAGE_SAMPLE = "orders.services.tell.sample_content"
CONSOLE_HOME = "orderdesk.dashboard.home.home"
ORDER_PANELS: list[str] = [
    "orders.admin.money_panel.money",
    "returns.panels.credit_invoices",
    "feedback.panels.reviews",
]
PORTAL_PANELS: list[str] = []
# The look-up of a lost link answers after this long, found or not.
PORTAL_LOOKUP_SECONDS = 0.5

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    # Counted in the shared cache, per address.
    "DEFAULT_THROTTLE_RATES": {"hooks": env.str("HOOKS_RATE", default="1200/min")},
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{levelname:.1} {name}: {message}", "style": "{"},
        "json": {"()": "orderdesk.operations.logs.JsonFormatter"},
    },
    "filters": {"tokens": {"()": "orderdesk.portal.redaction.RedactTokens"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["tokens"]}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"httpx": {"level": "WARNING"}, "kombu.connection": {"level": "ERROR"}},
}
