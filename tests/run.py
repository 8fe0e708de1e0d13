"""Runs the checks and the suites that `make test`, `quick`, `soak` and `check` stand for, and says what did not run."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ["orderdesk", "orders", "returns", "feedback"]
CHECKS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "import-linter": ["lint-imports"],
    "djhtml": ["djhtml", "--tabwidth", "2", "--check", "templates"],
    "missing migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "django": ["python", "manage.py", "check"],
    "mypy": ["mypy", *PACKAGES, "tests", "manage.py"],
    "house rules and translations": [
        *["pytest", "-q", "-p", "no:randomly", "tests/test_house_rules.py", "tests/test_translations.py"],
    ],
}
RULES = ["--ignore=tests/test_house_rules.py", "--ignore=tests/test_translations.py"]


@dataclass
class Report:
    """What passed, what failed and what had to be left out, with the reason."""

    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def call(argv: list[str], env: Mapping[str, str], *, show: bool) -> bool:
    command = [str(BIN / argv[0]), *argv[1:]]
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, check=False, capture_output=not show
    )
    if result.returncode and not show:
        sys.stdout.write((result.stdout + result.stderr).decode(errors="replace"))
    # 5: pytest found nothing under this marker, which is no failure of the code.
    return result.returncode == 0 or (argv[0] == "pytest" and result.returncode == 5)


def step(report: Report, name: str, argv: list[str], env: Mapping[str, str], *, show: bool = False) -> None:
    started = time.monotonic()
    good = call(argv, env, show=show)
    print(f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - started:.0f} s)", flush=True)
    if not good:
        report.failed.append(name)


def djade(report: Report) -> None:
    templates = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]
    step(report, "djade", ["djade", "--target-version", "5.2", "--check", *templates], {})


def checks(report: Report) -> None:
    env = {"DJANGO_SETTINGS_MODULE": "orderdesk.settings.test"}
    for name, argv in CHECKS.items():
        step(report, name, argv, env)
    djade(report)
    deploy = {
        "DJANGO_SETTINGS_MODULE": "orderdesk.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "orders.example.com",
        "SITE_URL": "https://orders.example.com",
    }
    step(
        report,
        "check --deploy",
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        deploy,
    )


def suite(report: Report, name: str, marks: str, env: Mapping[str, str], *paths: str) -> None:
    argv = ["pytest", "-q", "-n", os.environ.get("TEST_PROCESSES", "2"), "-m", marks, *RULES, *paths]
    step(report, name, argv, env, show=True)


def sqlite(report: Report, marks: str) -> None:
    suite(report, "suite on SQLite", marks, {"TEST_DATABASE_URL": "", "TEST_BROKER_URL": ""})


def postgres(report: Report, marks: str) -> None:
    if not os.environ.get("TEST_DATABASE_URL"):
        report.left_out.append("suite on PostgreSQL: TEST_DATABASE_URL is not set")
        return
    # They read the source or copy the tree, and have run on SQLite: the database has no part in them.
    apart = [f"--ignore=tests/test_{name}.py" for name in ("house_rules", "translations", "docs", "recipes")]
    suite(report, "suite on PostgreSQL", marks, {"TEST_BROKER_URL": ""}, *apart)


def brokers(report: Report) -> None:
    urls = [url for url in os.environ.get("TEST_BROKER_URL", "").split(",") if url]
    if not urls:
        report.left_out.append(
            "Redis and RabbitMQ: TEST_BROKER_URL is not set (several, separated by commas)"
        )
    for url in urls:
        suite(report, f"broker tests on {url.split(':')[0]}", "broker and not soak", {"TEST_BROKER_URL": url})


def everything(report: Report) -> None:
    checks(report)
    if not shutil.which("chromium"):
        report.left_out.append("browser tests: no Chromium on this machine")
    sqlite(report, "not soak and not broker")
    postgres(report, "not soak and not browser and not broker")
    brokers(report)


def main(target: str) -> int:
    report, started = Report(), time.monotonic()
    if target in {"check", "quick"}:
        checks(report)
    if target == "quick":
        sqlite(report, "not soak and not broker and not chaos and not browser")
        report.left_out.append("chaos, browser, broker and PostgreSQL tests: `make test` runs them")
    if target == "test":
        everything(report)
    if target == "soak":
        soak = {"HYPOTHESIS_PROFILE": "soak"}
        suite(report, "soak", "soak", soak)
    for line in report.left_out:
        print(f"not run: {line}")
    if not report.left_out:
        print("not run: nothing was left out")
    verdict = f"FAILED: {', '.join(report.failed)}" if report.failed else "all passed"
    print(f"{target}: {verdict} in {time.monotonic() - started:.0f} s")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
