"""Other processes of ours on the database of the running test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def database_url() -> str:
    """The test's own database, as a URL that a child can be given."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    login = quote(config["USER"]) + (f":{quote(config['PASSWORD'])}" if config["PASSWORD"] else "")
    return f"postgres://{login}@{config['HOST']}:{config['PORT'] or 5432}/{config['NAME']}"


def child_environment(**extra: str) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "orderdesk.settings.test", "TEST_DATABASE_URL": database_url()}
    return {**os.environ, **settings, **extra}


@contextmanager
def running(*argv: str, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of the virtual environment, killed at the end; use it in tests that commit (transaction=True)."""
    command = [str(BIN / argv[0]), *argv[1:]]
    child = subprocess.Popen(command, cwd=ROOT, env=child_environment(**extra), start_new_session=True)
    try:
        yield child
    finally:
        child.kill()
        child.wait()
