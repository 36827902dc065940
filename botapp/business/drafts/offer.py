"""What a draft comes to today: its price, the balance, what stands in the way; and ordering it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from botapp import catalog
from botapp.business import balance, generation, packages, preferences, selling, waiting
from botapp.business.drafts import changes, inputs
from botapp.business.drafts.draft import Draft, Source
from botapp.business.errors import BusinessError
from botapp.catalog import Card, Kind, Mode, Param, ParamValue
from botapp.models import AIModel, GenResult, TokenPackage


@dataclass(frozen=True)
class Offer:
    """A draft with everything its card shows. `obstacle` is why it cannot be ordered yet, and
    `package` what would pay for it when tokens are all that is missing."""

    draft: Draft
    model: AIModel
    card: Card
    mode: Mode
    modes: tuple[Mode, ...]
    options: dict[str, Param]
    values: dict[str, ParamValue]
    price: Decimal
    balance: Decimal
    obstacle: BusinessError | None
    wait: waiting.Wait
    package: TokenPackage | None = None


@dataclass(frozen=True)
class Said:
    """One message as far as drafts are concerned."""

    prompt: str = ""
    source: Source | None = None


def offer(draft: Draft, *, user_id: int) -> Offer:
    """Raises ModelUnavailableError for a model that is not on sale."""
    model, card = _model(draft.slug)
    terms = _terms(draft, model, card)
    available = balance.get_balance(user_id=user_id)
    price = terms.quote.price_tokens
    obstacle, package = _obstacle(draft, model, terms.mode), None
    if obstacle is None and available < price:
        obstacle = balance.NotEnoughTokensError(required=price, available=available)
        package = packages.covering(obstacle.missing)
    return Offer(
        draft=draft,
        model=model,
        card=card,
        mode=terms.mode,
        modes=inputs.open_modes(card, draft.sources),
        options=changes.options(card, draft),
        values=changes.values(card, draft),
        price=price,
        balance=available,
        obstacle=obstacle,
        wait=waiting.expect(model, params=terms.params, now=timezone.now()),
        package=package,
    )


def order(
    draft: Draft, *, user_id: int, chat_id: int, key: str, price: Decimal | None = None
) -> generation.Started | None:
    """Order the draft; None when it costs something else than the `price` that was shown.

    Whoever was shown the price has been asked about a high one.

    Raises a BusinessError: what is missing in the draft, or what `generation.start` raises.
    """
    model, card = _model(draft.slug)
    terms = _terms(draft, model, card)
    obstacle = _obstacle(draft, model, terms.mode)
    if obstacle is not None:
        raise obstacle
    new = generation.NewOrder(
        user_id=user_id,
        chat_id=chat_id,
        model_slug=draft.slug,
        prompt=draft.prompt,
        key=key,
        params=terms.params,
        quantity=_quantity(draft, card),
        sources=changes.order_sources(terms.mode, draft),
        mode=terms.mode,
        parent_id=draft.parent_id,
        result_index=draft.result_index,
        recipe_id=draft.recipe_id,
        price=price,
        is_confirmed=price is not None,
    )
    try:
        return generation.start(new)
    except generation.PriceChangedError:
        return None


def price(draft: Draft, model: AIModel, card: Card) -> Decimal:
    """What the draft costs with this model. Raises a BusinessError when it cannot be ordered."""
    terms = _terms(draft, model, card)
    obstacle = _obstacle(draft, model, terms.mode)
    if obstacle is not None:
        raise obstacle
    return terms.quote.price_tokens


def begin(slug: str, *, user_id: int | None = None) -> Draft:
    """A draft with the parameters this person has had remembered for the model."""
    if user_id is None:
        return Draft(slug=slug)
    params, quantity = preferences.usual_params(user_id=user_id, slug=slug)
    return Draft(slug=slug, params=params, quantity=quantity)


def take(draft: Draft | None, said: Said, *, usual: str = "", user_id: int | None = None) -> Draft:
    """The draft with what was said; a new one, with the usual model, where there is none.

    Raises a BusinessError for an input the model does not take.
    """
    if draft is None:
        draft = begin(_slug_for(said.source, usual), user_id=user_id)
    if said.source is not None:
        draft = changes.with_source(_model(draft.slug)[1], draft, said.source)
    return changes.with_prompt(draft, said.prompt) if said.prompt else draft


def take_more(draft: Draft, said: Said) -> Draft | None:
    """The next picture of an album; None when the model takes no more."""
    try:
        return take(draft, said)
    except generation.TooManyInputsError:
        return None


def choose_model(draft: Draft, slug: str) -> Draft:
    return changes.with_model(_model(slug)[1], draft)


def set_value(draft: Draft, name: str, said: str) -> Draft:
    """A parameter as a button or a typed message says it. Raises a BusinessError."""
    card = _model(draft.slug)[1]
    param = changes.options(card, draft).get(name)
    if param is None:
        raise generation.InvalidParameterError(name)
    return changes.with_value(card, draft, name, changes.read_value(param, said))


def set_mode(draft: Draft, said: str) -> Draft:
    """Raises InvalidParameterError for a mode that is not open to the draft."""
    return changes.with_mode(_model(draft.slug)[1], draft, said)


def continue_film(*, user_id: int, generation_id: int) -> Draft:
    """A draft that goes on from the film of an own order, in the same quality."""
    parent = generation.get_kept(user_id=user_id, generation_id=generation_id)
    result = parent.results.exclude(storage_key="").first()
    if result is None:
        raise generation.OrderNotFoundError(str(generation_id))
    card = _model(parent.ai_model.slug)[1]
    return Draft(
        slug=card.slug,
        mode=Mode.EXTEND,
        params=generation.extension_params(parent),
        sources=(_from_storage(result),),
        parent_id=parent.pk,
        result_index=result.index,
    )


def recall(*, user_id: int, message_id: int) -> Source | None:
    """The result of an own order that this message of the bot showed."""
    shown = Q(preview_message_id=message_id) | Q(document_message_id=message_id)
    own = GenResult.objects.filter(shown, request__user_id=user_id)
    result = own.exclude(storage_key="").last()
    return _from_storage(result) if result is not None else None


def _from_storage(result: GenResult) -> Source:
    is_film = result.mime_type.startswith("video/")
    return Source(
        media=Kind.VIDEO if is_film else Kind.IMAGE,
        storage_key=result.storage_key,
        mime_type=result.mime_type,
        size_bytes=result.size_bytes,
        seconds=result.duration_s,
        width=result.width,
        height=result.height,
    )


def _model(slug: str) -> tuple[AIModel, Card]:
    card = catalog.find(slug)
    if card is None:
        raise generation.ModelUnavailableError(slug)
    return selling.get_model(slug), card


def _terms(draft: Draft, model: AIModel, card: Card) -> generation.Terms:
    mode = changes.mode_of(card, draft)
    return generation.terms(
        model=model,
        card=card,
        mode=mode,
        params=catalog.adjust(card, mode, draft.params),
        quantity=_quantity(draft, card),
    )


def _quantity(draft: Draft, card: Card) -> int:
    return min(draft.quantity, card.quantity_max)


def _obstacle(draft: Draft, model: AIModel, mode: Mode) -> BusinessError | None:
    role = inputs.missing(mode, draft.sources)
    if role is not None:
        return generation.MissingInputError(role)
    if not draft.prompt.strip():
        return generation.EmptyPromptError()
    if len(draft.prompt) > model.max_prompt_length:
        return generation.PromptTooLongError(
            length=len(draft.prompt), length_max=model.max_prompt_length
        )
    return None


def _slug_for(source: Source | None, usual: str) -> str:
    """The usual model if it takes the source, else the first on sale that does."""
    candidates = [usual or catalog.DEFAULT_IMAGE_SLUG, catalog.DEFAULT_IMAGE_SLUG]
    if source is None:
        return candidates[0]
    on_sale = [model.slug for model in selling.all_models()]
    for slug in (*candidates, *on_sale):
        card = catalog.find(slug)
        if card is not None and slug in on_sale and inputs.open_modes(card, [source]):
            return slug
    return candidates[0]
