"""Rules about the code itself, as far as the linters do not know them."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("botapp", "lavatop", "dashboard", "config", "devkit")
PACKAGES = (*PRODUCT, "sandbox")
CYRILLIC = re.compile("[\u0400-\u04ff]")
# What users read, what operators read, the names of what is on sale, and who clicks on them.
MAY_SPEAK_RUSSIAN = re.compile(
    r"/(texts|models|admin|management|tests)(/|\.py$)"
    r"|/apps\.py$|^dashboard/|^config/unfold\.py$"
    r"|^botapp/catalog/|^lavatop/packages\.py$|^devkit/(screenshots(_talk)?|photographer)\.py$"
)
MAY_BE_LONGER = re.compile(r"/(texts|models|admin|catalog)(/|\.py$)")
FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 300
LONGER_FILE_LINES_MAX = 500
# What makes a module of the providers' package an adapter.
HAS_A_SLUG = re.compile(r"^    slug: ClassVar\[str\] = ", re.MULTILINE)
KEEPS_A_CONTRACT = re.compile(r"^class \w+\((Provider|Job)Contract\b", re.MULTILINE)
WRITES_THE_LEDGER = re.compile(
    r"\b(UserBalance|Transaction)\.objects(\s*\.\w+\([^()]*\))*?\s*\.(create|update|bulk_\w+)\("
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(packages: Iterable[str], *, tests: bool = True) -> Iterator[str]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            source = str(path.relative_to(ROOT))
            if "/migrations/" not in source and (tests or "/tests/" not in source):
                yield source


def read(source: str) -> str:
    return (ROOT / source).read_text()


def nodes(source: str) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(read(source)))


def lines_of(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def caught_names(source: str) -> set[str]:
    handlers = [node for node in nodes(source) if isinstance(node, ast.ExceptHandler)]
    named = [ast.walk(handler.type) for handler in handlers if handler.type]
    names = {node.id for names in named for node in names if isinstance(node, ast.Name)}
    return names | {"everything" for handler in handlers if handler.type is None}


def test_the_rules_look_at_the_code():
    assert {"botapp/business/balance.py", "sandbox/app.py"} <= set(sources(PACKAGES))


def test_russian_is_written_only_where_people_read_it():
    offenders = [
        (source, node.value)
        for source in sources(PRODUCT)
        if not MAY_SPEAK_RUSSIAN.search(source)
        for node in nodes(source)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CYRILLIC.search(node.value)
    ]

    assert offenders == []


def test_a_function_fits_on_a_screen():
    offenders = [
        (source, node.name, lines_of(node))
        for source in sources(PACKAGES)
        for node in nodes(source)
        if isinstance(node, Function) and lines_of(node) > FUNCTION_LINES_MAX
    ]

    assert offenders == []


def test_a_file_is_read_in_one_go():
    sizes = {source: len(read(source).splitlines()) for source in sources(PACKAGES, tests=False)}

    offenders = {
        source: lines
        for source, lines in sizes.items()
        if lines > (LONGER_FILE_LINES_MAX if MAY_BE_LONGER.search(source) else FILE_LINES_MAX)
    }
    assert offenders == {}


def test_an_error_is_caught_by_its_name():
    nameless = {"Exception", "BaseException", "everything"}

    assert {source for source in sources(PACKAGES) if nameless & caught_names(source)} == set()


def test_only_the_ledger_moves_tokens():
    writers = {
        source for source in sources(PRODUCT, tests=False) if WRITES_THE_LEDGER.search(read(source))
    }

    assert writers == {"botapp/business/balance.py"}


def test_every_adapter_keeps_the_contract():
    providers, tests = ROOT / "botapp/providers", ROOT / "botapp/tests/providers"
    adapters = {path.stem for path in providers.glob("*.py") if HAS_A_SLUG.search(path.read_text())}
    tested = {
        path.stem.removeprefix("test_")
        for path in tests.glob("test_*.py")
        if KEEPS_A_CONTRACT.search(path.read_text())
    }

    assert adapters
    assert adapters - tested == set()
