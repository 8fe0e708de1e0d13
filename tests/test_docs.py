"""What the documents say is there, is there."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import get_commands
from django.utils import translation

from orders.sources.csv_columns import COLUMNS
from orders.terms import CancellationStatus, OrderStatus, RefundStatus

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = ROOT / "docs" / "operations.md"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
READERS = [
    *(ROOT / "orderdesk" / "settings").glob("*.py"),
    *[ROOT / "Procfile", ROOT / "compose.yaml", ROOT / "tests" / "run.py"],
]
# `env.str("NAME"`, `os.environ.get("NAME"`, `${NAME`, `name.startswith("ANYMAIL_")`.
READ = re.compile(
    r"""env\.\w+\(\s*"([A-Z][A-Z0-9_]+)"|environ(?:\.get\(|\[)"([A-Z_]+)"|\$\{([A-Z_]+)|startswith\("([A-Z]+_)"\)"""
)
RECIPES = sorted((ROOT / "docs").glob("adding-a-*.md"))


def section(text: str, heading: str) -> str:
    """What stands under `## heading`."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def names_read() -> set[str]:
    """Every name of the environment that settings, process files and the test runner read."""
    found = {name for path in READERS for match in READ.findall(path.read_text()) for name in match if name}
    return {"ANYMAIL_*" if name == "ANYMAIL_" else name for name in found}


def names_documented() -> set[str]:
    rows = section(OPERATIONS.read_text(), "Settings").splitlines()
    return {match[1] for row in rows if (match := re.match(r"\| `([A-Z_]+\*?)` \|", row))}


def files_made(recipe: Path) -> dict[str, str]:
    """The files that a recipe tells to write: path and text."""
    return dict(
        re.findall(r"^`([\w./]+)`:\n\n```python\n(.*?)```", recipe.read_text(), re.MULTILINE | re.DOTALL)
    )


def words() -> str:
    return "\n".join(path.read_text() for path in DOCUMENTS)


def test_every_name_of_the_environment_is_documented() -> None:
    assert names_read() - names_documented() == set()


def test_no_documented_name_is_read_by_nobody() -> None:
    assert names_documented() - names_read() == set()


def test_the_example_of_a_servers_environment_knows_only_documented_names() -> None:
    example = (ROOT / "docs" / "deploy" / "orderdesk.env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) - names_documented() == set()


def test_the_readme_fits_on_a_few_screens() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    targets = re.findall(r'\]\(([^)#\s]+)|src="([^"]+)"', document.read_text())
    local = [target for pair in targets for target in pair if target and "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_exist(document: Path) -> None:
    made = set(files_made(document)) if document in RECIPES else set()
    named = re.findall(
        r"`((?:orderdesk|orders|returns|feedback|tests|docs|locale)/[\w./-]+\.\w+)`", document.read_text()
    )
    assert [path for path in named if path not in made and not (ROOT / path).exists()] == []


def test_every_picture_is_shown_and_small() -> None:
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert [path.name for path in pictures if path.name not in words()] == []
    assert [path.name for path in pictures if path.stat().st_size > 150 * 1024] == []


def test_make_targets_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z]+)", words(), re.MULTILINE)) - targets == set()


def test_management_commands_that_documents_name_exist() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", words()))
    assert named - set(get_commands()) == set()


def test_every_command_of_ours_is_documented() -> None:
    ours = {name for name, app in get_commands().items() if app == "orderdesk.operations"}
    assert [name for name in sorted(ours) if not re.search(rf"\b{name}\b", words())] == []


def test_every_stage_of_the_drain_is_documented() -> None:
    text = section(OPERATIONS.read_text(), "Processes")
    assert [name for name in settings.DRAIN_STAGES if f"| `{name}` |" not in text] == []


def test_every_column_of_our_csv_is_documented() -> None:
    text = section(OPERATIONS.read_text(), "Importing orders")
    assert [column.name for column in COLUMNS if f"`{column.name}`" not in text] == []


def test_every_finding_of_the_doctor_is_explained() -> None:
    names = re.findall(r'Finding\(\s*"(\w+)"', (ROOT / "orderdesk" / "operations" / "doctor.py").read_text())
    text = section(OPERATIONS.read_text(), "What the alarms mean")
    assert names
    assert [name for name in names if f"`{name}`" not in text] == []


def test_the_glossary_and_the_screens_use_the_same_words_for_states() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    with (ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po").open("rb") as file:
        korean = read_po(file, locale="ko")
    with translation.override("en"):
        named = (*OrderStatus, *CancellationStatus, *RefundStatus)
        words = [(status.value, str(status.label)) for status in named]
    rows = [f"| `{code}` | {word} | {korean[word].string} |" for code, word in words]
    assert [row for row in rows if row not in text] == []


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_recipes_import_only_what_exists_or_what_they_make(recipe: Path) -> None:
    files = files_made(recipe)
    nodes = [node for text in files.values() for node in ast.walk(ast.parse(text))]
    own = {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    made = {path.removesuffix(".py").replace("/", ".") for path in files}
    wanted = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module not in made]
    missing = [
        f"{node.module}.{alias.name}"
        for node in wanted
        for alias in node.names
        if alias.name not in own and not hasattr(import_module(node.module or ""), alias.name)
    ]
    assert files
    assert missing == []
