"""Whoever reads Russian meets Russian, whoever reads English meets no Cyrillic."""

import re
import shutil

import pytest
from django.utils import translation

from botapp.texts import payments
from devkit import messages

CYRILLIC = re.compile("[А-Яа-яЁё]")
# The same in both languages.
SAME = {"name@example.com"}


def sentences(language):
    for message in messages.load(language):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            yield from texts


def test_every_russian_sentence_is_russian():
    assert {text for text in sentences("ru") if not CYRILLIC.search(text)} == SAME


def test_no_english_sentence_is_russian():
    msgids = [str(message.id) for message in messages.load("en")]

    assert not [text for text in [*msgids, *sentences("en")] if CYRILLIC.search(text)]


def test_no_sentence_lacks_its_russian():
    assert messages.untranslated(messages.load("ru")) == []
    assert {message.id for message in messages.collect() if message.id} == {
        message.id for message in messages.load("ru") if message.id
    }


def test_collecting_what_is_collected_changes_nothing(tmp_path, monkeypatch):
    shutil.copytree(messages.ROOT / "locale", tmp_path / "locale")
    before = files_of(tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)

    assert messages.main() == 0

    assert files_of(tmp_path) == before


def files_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("language", "is_russian"), [("ru", True), ("en", False)])
def test_the_page_speaks_one_language(language, is_russian):
    with translation.override(language):
        texts = payments.page_texts()

    wrong = [text for text in texts.values() if bool(CYRILLIC.search(text)) is not is_russian]
    assert set(wrong) <= SAME
