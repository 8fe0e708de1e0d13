"""The databases that are measured: made once, kept, and made again when they are too small or of another schema."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.bench.settings import BENCH_URL

ROOT = Path(__file__).resolve().parent.parent.parent


def manage(url: str, *argv: str) -> str:
    """Run a management command on the database at `url`; its standard output."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings", "BENCH_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "manage.py", *argv],
        cwd=ROOT,
        env=env,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{argv[0]} ended with {done.returncode}")
    return done.stdout


def sized(name: str) -> str:
    """The URL of a database beside the main one."""
    return urlsplit(BENCH_URL)._replace(path=f"/{name}").geturl()


def prepare(url: str, orders: int) -> None:
    """Make the database, its tables and its orders where they are missing."""
    if url.startswith("postgres"):
        _create(url)
    manage(url, "migrate", "--verbosity", "0")
    manage(url, "createcachetable", "--verbosity", "0")
    missing = orders - int(manage(url, "shell", "--no-imports", "--verbosity", "0", "-c", _COUNT).split()[-1])
    if missing > orders // 100:
        print(f"making {missing:,} orders in {urlsplit(url).path}", file=sys.stderr)
        manage(url, "synthesise", "--orders", str(missing))


_COUNT = "from orders.models import Order; print(Order.objects.count())"


def _create(url: str) -> None:
    name = urlsplit(url).path.strip("/")
    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f'CREATE DATABASE "{name}"')
