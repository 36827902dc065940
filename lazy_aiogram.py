"""aiogram without the validators of the hundreds of types that a process never meets.

While `aiogram.types` is imported it builds the validator of each of its 403 types, each with all it
refers to: 2 s and 100 MB of every process (aiogram 3.31, pydantic 2.13; github.com/aiogram/aiogram,
issues 1876 and 1891). The types are declared with pydantic's `defer_build`: each may as well be
built when it is first used, if its module knows the names that its annotations refer to.
"""

import re
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pydantic import BaseModel

Names = Mapping[str, Any]


def load() -> None:
    """Import aiogram. To be called before anything else imports it: afterwards it changes nothing.

    Raises TypeError when another aiogram builds its types in a way not known here.
    """
    if "aiogram" in sys.modules:
        return
    put_off: dict[type[BaseModel], Names] = {}

    def note(model: type[BaseModel], *, _types_namespace: Names) -> None:
        put_off[model] = _types_namespace

    base_model: Any = BaseModel
    build = vars(base_model)["model_rebuild"]
    base_model.model_rebuild = classmethod(note)
    try:
        aiogram_model = import_module("aiogram.client.context_controller").BotContextController
    finally:
        base_model.model_rebuild = build
    for model, names in put_off.items():
        _introduce(model, names)
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
