"""Collects the sentences of the texts and the words of the admin's look into locale/*.po, compiled.

English msgids are the English texts; `make messages` updates both catalogs, keeps translations,
and names what lacks its Russian. The compiled catalogs are committed: deploying needs no gettext.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
# Where sentences are named: the texts of the product, and what unfold says without any Russian.
SOURCES = {
    str(path.relative_to(ROOT)): path
    for path in (
        *sorted((ROOT / "botapp" / "texts").rglob("*.py")),
        ROOT / "config" / "unfold_words.py",
    )
}
LANGUAGES = ("ru", "en")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "gettext_lazy": None}


def main() -> int:
    template = collect()
    for language in LANGUAGES:
        catalog = load(language)
        # A run that finds nothing new writes nothing new.
        template.creation_date = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        save(catalog, language)
    missing = untranslated(load("ru"))
    for msgid in missing:
        print(f"No Russian for: {msgid}", file=sys.stderr)
    return 1 if missing else 0


def collect() -> Catalog:
    """Every sentence of the sources, in order of place."""
    template = Catalog()
    for name, path in SOURCES.items():
        for _line, message, _comments, _context in extract_from_file("python", path, KEYWORDS):
            template.add(message, locations=[(name, 0)])
    return template


def load(language: str) -> Catalog:
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def save(catalog: Catalog, language: str) -> None:
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, omit_header=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def untranslated(catalog: Catalog) -> list[str]:
    """Sentences without a translation in every plural form."""
    missing = []
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(forms):
            missing.append(str(message.id))
    return missing


def po_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


if __name__ == "__main__":
    sys.exit(main())
