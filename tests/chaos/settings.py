"""Settings of the real processes that chaos tests kill: the test's own, with a mail server, short leases and a broker.

Leases are seconds instead of minutes, so that what a dead process held is soon free; whatever holds with short leases and
live workers that oversleep them holds with long ones.
"""

from pathlib import Path

from orderdesk.settings.connections import broker_options
from orderdesk.settings.test import *  # noqa: F403
from orderdesk.settings.test import VAR_DIR, env

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = env.int("CHAOS_SMTP_PORT", default=1)
EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = ""
EMAIL_USE_TLS = EMAIL_USE_SSL = False
MESSAGE_CLAIM_SECONDS = 1.0
MESSAGE_REPLY_SECONDS = 1.0
MESSAGE_RETRY_SECONDS = 0.1
CELERY_BROKER_URL = env.str("CHAOS_BROKER_URL", default="filesystem://")
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(
    CELERY_BROKER_URL, Path(env.str("CHAOS_FOLDER", default=str(VAR_DIR / "tests")))
)
CELERY_TASK_DEFAULT_QUEUE = env.str("CHAOS_QUEUE", default="celery")
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "orderdesk.operations.tasks.beat", "schedule": 1.0},
    "drain": {"task": "orderdesk.drain", "schedule": 1.0},
}
