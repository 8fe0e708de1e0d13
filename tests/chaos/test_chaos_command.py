"""`manage.py chaos` as an operator runs it: in a process of its own, on the default kind of database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings

from orderdesk.operations.chaos.gateway import Books, serve


def chaos(tmp_path: Path, *words: str) -> dict[str, float]:
    """The last line of a run that ended with status 0."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "orderdesk.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite3",
        "VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "chaos", *words]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return report


@pytest.mark.chaos
def test_chaos_on_sqlite_gives_all_workers_one_database(tmp_path: Path) -> None:
    report = chaos(tmp_path, "mail", "--kills", "4")
    assert (report["kills"], report["findings"]) == (4, 0)


@pytest.mark.chaos
def test_chaos_with_money_tries_the_company_at_the_address_given(tmp_path: Path) -> None:
    books = Books(idempotent=False, faults=0.4, late_seconds=0.05)
    company = serve(books)
    threading.Thread(target=company.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{company.server_address[1]}"
    report = chaos(tmp_path, "money", "--kills", "4", "--gateway", address, "--no-idempotency")
    company.shutdown()
    company.server_close()
    assert (report["kills"], report["findings"], report["ledger_ok"]) == (4, 0, True)
    assert report["moved"] == sum(len(amounts) for amounts in books.effects().values()) > 0
