"""`manage.py chaos` as an operator runs it: in a process of its own, on the default kind of database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.chaos
def test_chaos_on_sqlite_gives_all_workers_one_database(tmp_path: Path) -> None:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "orderdesk.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite3",
        "VAR_DIR": str(tmp_path),
    }
    words = [sys.executable, "manage.py", "chaos", "mail", "--kills", "4"]
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["kills"], report["findings"]) == (4, 0)
