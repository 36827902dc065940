"""The worked example of the document is code that works: it is run here, word for word."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from botapp.business.generation import drafting
from botapp.catalog import BY_SLUG, Mode
from botapp.models import AIModel
from botapp.providers.fal import Fal
from botapp.tests.providers import ordering
from botapp.tests.providers.contract import CardContract

DOCUMENT = Path(__file__).resolve().parents[2] / "Документация" / "Как-добавить-модель.md"
BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)

example: dict[str, Any] = {"__name__": __name__}
for block in BLOCKS:
    exec(compile(block, DOCUMENT.name, "exec"), example)  # noqa: S102  # our own document

POSTER = example["POSTER"]
# The document's test of the document's adapter.
TestAcme = example["TestAcme"]


class TestPosterAtFal(CardContract):
    adapter = Fal("the-key", "https://queue.fal.run", jwks_url="https://fal.example/jwks.json")


@pytest.fixture(autouse=True)
def _on_the_cards(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example's model is the only one; its adapter serves it as fal does."""
    card = POSTER
    if request.cls is TestAcme:
        [route] = POSTER.routes
        card = replace(POSTER, routes=(replace(route, provider="acme", models={}),))
    monkeypatch.setattr(ordering, "CARDS", (card,))
    monkeypatch.setitem(BY_SLUG, card.slug, card)


def test_the_example_costs_what_its_costs_say(catalog):
    model = AIModel(slug="poster", base_cost_usd=POSTER.base_cost_usd)
    size = {"image_size": "4K"}

    usual = drafting.terms(model=model, card=POSTER, mode=Mode.TEXT_TO_IMAGE, params={})
    large = drafting.terms(model=model, card=POSTER, mode=Mode.TEXT_TO_IMAGE, params=size)

    assert (str(usual.quote.price_tokens), str(large.quote.price_tokens)) == ("2.00", "3.60")


def test_the_example_is_all_there():
    assert len(BLOCKS) == 3
