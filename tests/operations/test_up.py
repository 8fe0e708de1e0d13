"""`make run`: what the three processes are started with, and what the terminal says when one dies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command

from orderdesk.celery import app, first_sign
from orderdesk.events.models import Heartbeat
from orderdesk.operations.management.commands.up import Command
from orderdesk.operations.processes import report
from orderdesk.operations.site_address import kept_address


def test_every_process_knows_the_site_by_the_web_processs_port(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SITE_URL = "http://localhost:8402"
    started: list[dict[str, str]] = []
    monkeypatch.setattr(os, "chdir", lambda _folder: None)
    monkeypatch.setattr(os, "execve", lambda _path, _words, env: started.append(env))
    Command()._run()
    assert started[0]["SITE_URL"] == "http://localhost:8402"


def ran(folder: Path, procfile: str) -> subprocess.CompletedProcess[str]:
    (folder / "Procfile").write_text(procfile)
    words = [sys.executable, "-m", "orderdesk.operations.processes", str(folder / "Procfile")]
    env = {**os.environ, "PORT": "8402", "PYTHONPATH": str(project.BASE_DIR)}
    return subprocess.run(words, capture_output=True, text=True, timeout=60, env=env, cwd=folder, check=False)


def test_a_dead_process_is_named_with_its_last_words_and_a_cure(tmp_path: Path) -> None:
    done = ran(tmp_path, "web: exec sleep 60\nbeat: echo 'Address already in use'; exit 3\n")
    assert done.returncode == 3
    assert "beat ended with status 3" in done.stderr
    assert "    Address already in use" in done.stderr
    assert "port 8402" in done.stderr
    assert "make run PORT=" in done.stderr


def test_a_process_that_ends_without_an_error_is_an_end_of_the_run_too(tmp_path: Path) -> None:
    done = ran(tmp_path, "web: exec sleep 60\nworker: exit 0\n")
    assert done.returncode == 1
    assert "worker ended with status 0" in done.stderr


def test_a_killed_process_is_said_to_be_killed() -> None:
    assert "worker was killed by signal 9" in report("worker", -9, [], "8000")


@pytest.mark.django_db
def test_preparing_gives_no_sign_of_life_in_beats_name(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.SITE_URL = tmp_path, "http://localhost:8402"
    call_command("up", "--prepare-only", verbosity=0)
    assert not Heartbeat.objects.exists()
    assert kept_address(tmp_path) == "http://localhost:8402"


def test_beat_gives_its_first_sign_as_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda name, **_options: sent.append(name))
    first_sign()
    assert sent == ["orderdesk.operations.tasks.beat"]


def links(folder: Path, **env: str) -> str:
    """SITE_URL and the origin as a command of the development settings sees them."""
    code = "from django.conf import settings as s; print(s.SITE_URL, s.PORT, s.CSRF_TRUSTED_ORIGINS)"
    plain = {k: v for k, v in os.environ.items() if k not in {"PORT", "SITE_URL"}}
    names = {"DJANGO_SETTINGS_MODULE": "orderdesk.settings.dev", "VAR_DIR": str(folder), **env}
    words = [sys.executable, "-c", code]
    done = subprocess.run(
        words, capture_output=True, text=True, env={**plain, **names}, cwd=project.BASE_DIR, check=True
    )
    return done.stdout.strip()


def test_a_command_without_a_port_writes_the_running_sites_links(tmp_path: Path) -> None:
    assert links(tmp_path) == "http://localhost:8000 8000 ['http://localhost:8000']"
    (tmp_path / "site-address").write_text("http://localhost:8402\n")
    assert links(tmp_path) == "http://localhost:8402 8402 ['http://localhost:8402']"
    assert links(tmp_path, PORT="8403").startswith("http://localhost:8403 8403")
