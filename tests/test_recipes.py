"""Every page docs/adding-a-….md, done as it says in a copy of the tree, from top to bottom, until its own tests pass.

A fence of Python after a path in backquotes is a file. Other fences say after `python` where they go: `settings NAME`
into the dictionary of that name or after the setting, `urls`, `policykind`, `models` and `reactions` into the file that
the sentence before names; a `fragment` only shows something. Indented lines that begin with `.venv/bin/` are run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import BIN, ROOT

RECIPES = sorted((ROOT / "docs").glob("adding-a-*.md"))
NEEDED = (
    "orderdesk",
    "orders",
    "returns",
    "feedback",
    "templates",
    "locale",
    "tests",
    "manage.py",
    "pyproject.toml",
)
LEFT = shutil.ignore_patterns("__pycache__", "fonts", "pictures", "*.mo")
# The path of a file, or a sentence that may tell of an import; then the fence. Or a command.
STEP = re.compile(
    r"^(?:(?:`(?P<path>[\w./]+)`:|[^\n]*\(`(?P<needs>from [^`]+)`\):)\n\n)?"
    r"```python(?P<marks>[^\n]*)\n(?P<code>.*?)^```$|^    \.venv/bin/(?P<command>[^\n]+)$",
    re.MULTILINE | re.DOTALL,
)
Add = Callable[[str, str], str]


def into_settings(name: str) -> Add:
    def add(text: str, code: str) -> str:
        opening = re.compile(rf"^{name}\b[^\n]*\n", re.MULTILINE)
        assert opening.search(text), f"no setting {name}"
        return opening.sub(lambda found: found[0] + code, text, count=1)

    return add


def after(line: str) -> Add:
    """Right below a line that is there once."""

    def add(text: str, code: str) -> str:
        assert text.count(line) == 1, f"not once there: {line}"
        return text.replace(line, line + code)

    return add


def at_the_end(text: str, code: str) -> str:
    return f"{text}\n\n{code}"


# The mark of a fence: the file that it changes, and how.
PLACES: dict[str, tuple[str, Add]] = {
    "urls": ("orderdesk/api/hooks/urls.py", at_the_end),
    "policykind": ("orderdesk/policies/models/policy.py", after("class PolicyKind(models.TextChoices):\n")),
    "models": ("orders/models/__init__.py", at_the_end),
    "reactions": ("orders/reactions.py", at_the_end),
}


def place_of(marks: str) -> tuple[str, Add]:
    kind, _, name = marks.strip().partition(" ")
    return ("orderdesk/settings/base.py", into_settings(name)) if kind == "settings" else PLACES[kind]


def write(tree: Path, step: re.Match[str]) -> None:
    """A new file, or more of one that is there."""
    if step["path"]:
        file = tree / step["path"]
        assert not file.exists(), f"{file} is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step["code"])
    elif step["marks"].strip() != "fragment":
        path, add = place_of(step["marks"])
        text = add((tree / path).read_text(), step["code"])
        needs = f"{step['needs']}\n" if step["needs"] else ""
        future = "from __future__ import annotations\n"
        (tree / path).write_text(text.replace(future, future + needs, 1) if needs else text)


def run(tree: Path, command: str) -> subprocess.CompletedProcess[str]:
    program, *more = command.split()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "orderdesk.settings.test", "TEST_DATABASE_URL": ""}
    env = {name: value for name, value in env.items() if not name.startswith("PYTEST_")}
    argv = (
        [sys.executable, *more] if program == "python" else [str(BIN / program), *more, "-p", "no:randomly"]
    )
    return subprocess.run(argv, cwd=tree, env=env, capture_output=True, text=True, timeout=120, check=False)


def commands_of(tree: Path, recipe: Path) -> Iterator[subprocess.CompletedProcess[str]]:
    """Do the page's steps; yield what each of its commands said."""
    for step in STEP.finditer(recipe.read_text()):
        if step["command"]:
            yield run(tree, step["command"])
        else:
            write(tree, step)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the program and its tests need."""
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_that_is_followed_works(recipe: Path, tree: Path) -> None:
    said = list(commands_of(tree, recipe))
    assert [f"{done.args}\n{done.stdout}\n{done.stderr}" for done in said if done.returncode] == []
    assert " passed" in said[-1].stdout
