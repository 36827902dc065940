"""The documents name only what exists: files, pictures, `make` targets, management commands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "Документация").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"\bmanage\.py ([a-z_]+)")
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)


def links(text: str) -> Iterator[str]:
    """Relative addresses, without the place inside the page."""
    for markdown, html in LINK.findall(text):
        address = (markdown or html).partition("#")[0]
        if address and "://" not in address and not address.startswith("mailto:"):
            yield address


def named(pattern: re.Pattern[str], text: str) -> set[str]:
    """What is named in code; prose may use the same words."""
    return {name for code in CODE.findall(text) for name in pattern.findall(code)}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@every_document
def test_links_and_pictures_lead_to_files(document):
    missing = [
        address
        for address in links(document.read_text())
        if not (document.parent / address).exists()
    ]

    assert missing == []


@every_document
def test_targets_and_commands_exist(document):
    text = document.read_text()

    assert named(TARGET, text) - targets() == set()
    assert named(COMMAND, text) - set(get_commands()) == set()


def test_every_flow_names_tests_that_exist():
    features = (ROOT / "Документация" / "Возможности.md").read_text()
    named_tests = set(re.findall(r"`((?:botapp|lavatop|e2e)/[\w/]+\.py)`", features))

    assert len(named_tests) > 20
    assert [path for path in sorted(named_tests) if not (ROOT / path).exists()] == []


def test_the_rules_see_what_the_documents_name():
    readme = (ROOT / "README.md").read_text()

    assert {"Документация/снимки/chat.png", "lavatop/docs/README.md"} <= set(links(readme))
    assert "Документация/снимки/miniapp.png" in set(links(readme))
    assert {"demo", "test"} <= named(TARGET, readme)
    assert {"migrate", "sync_packages", "set_webhook"} <= named(COMMAND, readme)
    assert len(DOCUMENTS) > 1


def test_prose_is_no_command():
    assert named(TARGET, "They need make and Python; `make demo`.") == {"demo"}
