"""One gunicorn worker on a database, and what it costs: CPU time and memory from /proc."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

_BIN = Path(sys.executable).parent
_ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Server:
    """Start and stop it as a context; `port` is where it listens."""

    def __init__(self, database_url: str) -> None:
        self.port = free_port()
        self._environment = {**os.environ, "BENCH_DATABASE_URL": database_url}

    def __enter__(self) -> Self:
        argv = [
            str(_BIN / "gunicorn"),
            "orderdesk.wsgi",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            "1",
        ]
        how = ["--worker-class", "gthread", "--threads", "4", "--log-level", "warning", "--no-control-socket"]
        self._process = subprocess.Popen([*argv, *how], cwd=_ROOT, env=self._environment)
        self._await()
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def _await(self) -> None:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None:
                    raise RuntimeError("gunicorn did not start") from None
                time.sleep(0.1)
        raise RuntimeError("gunicorn does not listen")

    @property
    def _worker(self) -> int:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(children[0])

    def cpu_ms(self) -> float:
        """CPU time of all the worker's threads so far."""
        spent = [
            int(f.read_text().split()[0]) for f in Path(f"/proc/{self._worker}/task").glob("*/schedstat")
        ]
        return sum(spent) / 1e6

    def memory_mb(self) -> float:
        """Resident memory of the worker."""
        status = Path(f"/proc/{self._worker}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024
