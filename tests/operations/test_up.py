"""`make run`: what the three processes are started with."""

from __future__ import annotations

import os
from typing import Any

import pytest

from orderdesk.operations.management.commands.up import Command


def test_every_process_knows_the_site_by_the_web_processs_port(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SITE_URL = "http://localhost:8402"
    started: list[dict[str, str]] = []
    monkeypatch.setattr(os, "chdir", lambda _folder: None)
    monkeypatch.setattr(os, "execve", lambda _path, _words, env: started.append(env))
    Command()._run()
    assert started[0]["SITE_URL"] == "http://localhost:8402"
