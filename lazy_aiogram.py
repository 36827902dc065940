"""aiogram without the validators of the hundreds of types that a process never meets.

While `aiogram.types` is imported it builds the validator of each of its 403 types, each with all it
refers to: 2 s and 100 MB of every process (aiogram 3.31, pydantic 2.13; github.com/aiogram/aiogram,
issues 1876 and 1891). The types are declared with pydantic's `defer_build`: each may as well be
built when it is first used, if its module knows the names that its annotations refer to.
"""

import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from pydantic import BaseModel

Names = Mapping[str, Any]

NAME = "aiogram"


def install() -> None:
    """From now on aiogram is imported so, when anything asks for it first.

    To be called before that: afterwards it changes nothing. An aiogram that builds its types in
    another way than is known here raises TypeError when it is imported.
    """
    is_installed = any(isinstance(finder, _Finder) for finder in sys.meta_path)
    if NAME not in sys.modules and not is_installed:
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds aiogram once, where all others find it."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname != NAME:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(NAME)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(NAME, spec.origin)
        return spec


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        """All types, methods and the client are imported by it."""
        with _building_put_off():
            super().exec_module(module)


@contextmanager
def _building_put_off() -> Iterator[None]:
    put_off: dict[type[BaseModel], Names] = {}

    def note(model: type[BaseModel], *, _types_namespace: Names) -> None:
        put_off[model] = _types_namespace

    base_model: Any = BaseModel
    build = vars(base_model)["model_rebuild"]
    base_model.model_rebuild = classmethod(note)
    try:
        yield
    finally:
        base_model.model_rebuild = build
    for model, names in put_off.items():
        _introduce(model, names)
    aiogram_model = sys.modules["aiogram.client.context_controller"].BotContextController
    aiogram_model.model_rebuild = _one_at_a_time(build)


def _introduce(model: type[BaseModel], names: Names) -> None:
    """Make known in the model's module what aiogram imports there for type checkers only."""
    module = vars(sys.modules[model.__module__])
    for base in model.__mro__:
        for annotation in vars(base).get("__annotations__", {}).values():
            for name in re.findall(r"\w+", str(annotation)):
                if name in names:
                    module.setdefault(name, names[name])


def _one_at_a_time(build: Any) -> Any:
    """pydantic builds at the first use and says that this is not safe in threads."""
    lock = threading.RLock()

    def build_alone(model: type[BaseModel], /, **options: Any) -> Any:
        with lock:
            return build.__func__(model, **options | {"_parent_namespace_depth": 0})

    return classmethod(build_alone)
