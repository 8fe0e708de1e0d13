"""Takes the pictures of README.md from a demo of their own: `make pictures`."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
BIN = Path(sys.executable).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PORT = os.environ.get("PICTURES_PORT", "8299")
SITE = f"http://localhost:{PORT}"


def environment(var: Path) -> dict[str, str]:
    """A demo that shares nothing with the one that `make run` keeps."""
    own = {
        "VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{var}/pictures.sqlite3",
        "PORT": PORT,
        "SITE_URL": SITE,
        "DJANGO_SETTINGS_MODULE": "orderdesk.settings.dev",
    }
    return {**os.environ, **own}


def fill(env: dict[str, str]) -> str:
    """Make the demo; returns the private link of a parcel that is on its way."""
    command = [sys.executable, "manage.py", "up", "--prepare-only"]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    links: list[str] = re.findall(r"http://\S+/o/\S+", done.stdout)
    return links[0]


@contextmanager
def server(env: dict[str, str]) -> Iterator[None]:
    """The web process, until the block ends."""
    command = [str(BIN / "gunicorn"), "orderdesk.wsgi", "--bind", f"127.0.0.1:{PORT}"]
    options = ["--worker-class", "gthread", "--threads", "4", "--log-level", "error", "--no-control-socket"]
    process = subprocess.Popen([*command, *options], cwd=ROOT, env=env)
    try:
        wait_until_alive()
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait_until_alive() -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"{SITE}/healthz", timeout=10)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"no answer at {SITE}")


def log_in(page: Page, password: str) -> None:
    page.goto(f"{SITE}/admin/")
    page.fill("input[name=login]", "owner")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")


def save(page: Page, name: str) -> None:
    """One PNG of at most 256 colours: small enough for a repository."""
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)} {file.stat().st_size // 1024} KiB")


def take_console(browser: Browser, password: str) -> None:
    look = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light", locale="ko-KR")
    page = look.new_page()
    log_in(page, password)
    page.goto(f"{SITE}/admin/orders/order/")
    save(page, "console-list")
    page.goto(f"{SITE}/admin/orders/order/?status=preparing&kind=parcel")
    page.click("table tbody tr a >> nth=0")
    page.wait_for_load_state()
    save(page, "console-order")
    look.close()


def take_tracking(browser: Browser, link: str) -> None:
    look = browser.new_context(
        viewport={"width": 390, "height": 800}, color_scheme="light", locale="ko-KR", device_scale_factor=1.5
    )
    page = look.new_page()
    page.goto(link)
    save(page, "tracking")
    look.close()


def main() -> int:
    if CHROMIUM is None:
        print("pictures need Chromium")
        return 2
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        env = environment(var)
        link = fill(env)
        password = (var / "demo-password").read_text().strip()
        with server(env), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
            take_console(browser, password)
            take_tracking(browser, link)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
