"""What a stand-in was asked, told so that two callers can be compared."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.tests.serving import RunningSandbox

Seen = tuple[str, str, dict[str, str], Any]


def seen(sandbox: RunningSandbox, act: Callable[[], object]) -> list[Seen]:
    """The requests that `act` makes, in what counts: method, path, query, body."""
    sandbox.client.post("/__reset")
    act()
    calls = sandbox.client.get("/__calls").json()["calls"]
    return [
        (call["method"], without_ids(call["path"]), call["query"], normal(call["body"]))
        for call in calls
        if call["operation"] != "POST /token"
    ]


def unique(calls: list[Seen]) -> list[Seen]:
    return [call for number, call in enumerate(calls) if call not in calls[:number]]


def normal(value: Any) -> Any:
    """The allowed differences, told alike. Google's client mixes snake_case with camelCase, writes
    one word of a closed set in capitals, and encodes some bytes in the URL-safe alphabet of base64;
    its servers take all of these."""
    if isinstance(value, list):
        return [normal(item) for item in value]
    if not isinstance(value, dict):
        return without_ids(value) if isinstance(value, str) else value
    named = {camel(name): normal(item) for name, item in value.items()}
    if "referenceType" in named:
        named["referenceType"] = named["referenceType"].lower()
    if isinstance(named.get("data"), str):
        named["data"] = named["data"].replace("-", "+").replace("_", "/")
    return named


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def without_ids(text: str) -> str:
    text = re.sub(r"v1_[\w-]+", "v1_ID", text)
    text = re.sub(r"files/\w{12}", "files/ID", text)
    return re.sub(r"operations/[\w-]+", "operations/ID", text)
