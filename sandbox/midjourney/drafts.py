"""Tasks of midjourney-proxy before they are begun: what they will draw."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.drawing import Order
from sandbox.jobs import Job, Still, Word, Words, Work, without_words
from sandbox.midjourney.flags import BadFlagError, read_prompt
from sandbox.midjourney.inputs import describe
from sandbox.midjourney.pictures import Grid, Style, upscale, vary
from sandbox.midjourney.tasks import Action

# Of the words of a picture, those that count for its follow-ups too.
_KEPT_WORDS = frozenset({Word.FAST, Word.SLOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A task that is about to be: `orders` are the pictures that follow-ups start from."""

    action: Action
    prompt: str
    words: Words
    works: tuple[Work, ...]
    orders: tuple[Order, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def imagined(prompt: str, words: Words, photos: tuple[bytes, ...]) -> Draft:
    """A flag that Midjourney does not know makes a task that fails."""
    try:
        plain, style = read_prompt(without_words(prompt))
    except BadFlagError as error:
        plain, style, facts = without_words(prompt), Style(), {"flaw": str(error)}
    else:
        facts = {}
    orders = style.variants(plain, photos)
    return Draft(
        action=Action.IMAGINE,
        prompt=prompt,
        words=words,
        works=(Grid(orders),),
        orders=orders,
        facts=facts,
    )


def changed(parent: Job, action: Action, index: Any) -> Draft:
    orders: tuple[Order, ...] = parent.facts["orders"]
    words = parent.words & _KEPT_WORDS
    facts = {"parent": parent.id, "index": index}
    if action is Action.UPSCALE:
        work = Still(upscale(orders[index - 1]))
        return Draft(action=action, prompt=parent.prompt, words=words, works=(work,), facts=facts)
    others = vary(orders[index - 1]) if action is Action.VARIATION else vary(orders[-1])
    return Draft(
        action=action,
        prompt=parent.prompt,
        words=words,
        works=(Grid(others),),
        orders=others,
        facts=facts,
    )


def described(photo: bytes) -> Draft:
    order = Order(prompt="", signature="Midjourney", width=512, height=512, photos=(photo,))
    return Draft(
        action=Action.DESCRIBE,
        prompt="",
        words=frozenset(),
        works=(Still(order),),
        facts={"answer": describe(photo)},
    )


def blended(ratio: tuple[int, int], photos: tuple[bytes, ...]) -> Draft:
    orders = Style(ratio=ratio).variants("", photos)
    return Draft(
        action=Action.BLEND,
        prompt="",
        words=frozenset(),
        works=(Grid(orders),),
        orders=orders,
    )
