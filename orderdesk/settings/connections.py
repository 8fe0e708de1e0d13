"""Turns the URLs of the environment into Django's and Celery's settings."""

from pathlib import Path
from typing import Any

from environ import Env

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;"
MAILBOX_BACKEND = "orderdesk.operations.mailbox.MailboxBackend"


def database(url: str, root: Path) -> dict[str, Any]:
    """Settings of one database; a relative SQLite path is taken from `root`."""
    config: dict[str, Any] = dict(Env.db_url_config(url))
    options: dict[str, Any] = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        if config["NAME"] != ":memory:":
            config["NAME"] = str(root / config["NAME"])
        # IMMEDIATE: a writer waits at BEGIN instead of failing at its first write after a read.
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
        return config
    config["CONN_MAX_AGE"] = None
    config["CONN_HEALTH_CHECKS"] = True
    if config["ENGINE"].endswith("postgresql"):
        options.setdefault("options", "-c lock_timeout=3s -c idle_in_transaction_session_timeout=60s")
        options.setdefault("connect_timeout", 5)
    return config


def broker_options(url: str, var: Path) -> dict[str, Any]:
    """Transport options: a folder of `var` for one machine; else quick failure and quick redelivery."""
    if url.startswith("filesystem:"):
        queue, control = var / "broker", var / "broker-control"
        for folder in (queue, control):
            folder.mkdir(parents=True, exist_ok=True)
        folders = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": control}
        return {name: str(folder) for name, folder in folders.items()} | {"polling_interval": 0.05}
    # One more try at once: a page must not wait for a broker that is down (kombu's own first wait is 2 s).
    quick = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
    if url.startswith(("redis:", "rediss:")):
        redelivery = {
            "visibility_timeout": 300,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 10,
        }
        return {**quick, **redelivery, "socket_connect_timeout": 1, "socket_timeout": 5}
    return quick


def mail(url: str, var: Path) -> dict[str, Any]:
    """Mail settings: `mailbox:` writes .eml files, `anymail+<provider>:` an ESP's API, the rest is SMTP and Django's own."""
    if url.startswith("mailbox:"):
        return {"EMAIL_BACKEND": MAILBOX_BACKEND, "EMAIL_FILE_PATH": str(var / "mail")}
    if url.startswith("anymail+"):
        provider = url.removeprefix("anymail+").split(":", 1)[0]
        return {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend"}
    return dict(Env.email_url_config(url))
