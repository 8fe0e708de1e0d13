import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import sync_playwright

from orderdesk import triggers
from orderdesk.operations.catalogue import compile_catalogues

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Playwright's loop runs in the test's thread, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]

_quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
hypothesis_settings.register_profile("suite", deadline=None, max_examples=60, suppress_health_check=_quiet)
hypothesis_settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=_quiet)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return pid != os.getpid()


def pytest_configure() -> None:
    """Compile the catalogue, of which a fresh checkout holds the text only, and sweep away what killed runs left."""
    for folder in settings.LOCALE_PATHS:
        compile_catalogues(Path(folder))
    _remove_databases_of_the_killed()


def _remove_databases_of_the_killed() -> None:
    # A left-over journal would be replayed into a new file of that name.
    for file in (Path(settings.VAR_DIR) / "tests").glob("*.sqlite3*"):
        pid = file.name.partition(".")[0].partition("_")[0]
        if pid.isdigit() and not _is_alive(int(pid)):
            file.unlink(missing_ok=True)


def _uses(vendor: str) -> bool:
    return vendor in settings.DATABASES["default"]["ENGINE"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = {
        "postgres": None if _uses("postgresql") else "needs PostgreSQL: set TEST_DATABASE_URL",
        "broker": None if os.environ.get("TEST_BROKER_URL") else "needs a broker: set TEST_BROKER_URL",
        "browser": None if CHROMIUM else "needs Chromium",
    }
    for item in items:
        for name, reason in missing.items():
            if reason and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


_flush: Callable[[TransactionTestCase], None] = vars(TransactionTestCase)["_fixture_teardown"]


def _flush_past_the_guards(case: TransactionTestCase) -> None:
    """SQLite empties tables by DELETE, which the guards of append-only rows refuse."""
    guarded = [connection for connection in connections.all() if connection.vendor == "sqlite"]
    for connection in guarded:
        triggers.drop_all(connection)
    try:
        _flush(case)
    finally:
        for connection in guarded:
            triggers.install_all(connection)


setattr(TransactionTestCase, "_fixture_teardown", _flush_past_the_guards)  # noqa: B010  unknown to the stubs


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A real Chromium for tests marked `browser`; each test opens its own context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()
