"""What can be made: every model on sale with its modes, settings and inputs."""

from botapp import catalog
from botapp.business import balance, forms, saved_references, selling, waiting
from botapp.catalog import Card, Choice, Mode, Param, Range, Role, Slot, Text
from botapp.miniapp_auth import Visitor
from botapp.miniapp_schemas import (
    InputOut,
    ModelOut,
    ModelsOut,
    ModeOut,
    OptionOut,
    ParamOut,
    ReferenceOut,
)
from botapp.models import AIModel, Language, SavedReference
from botapp.services import files, uploads
from botapp.texts import miniapp as texts
from botapp.texts import params as words
from botapp.texts.amounts import with_cents


def models(visitor: Visitor) -> ModelsOut:
    on_sale = selling.price_list()
    threshold = visitor.user.settings.confirm_above_tokens
    return ModelsOut(
        balance=with_cents(balance.get_balance(user_id=visitor.user.pk)),
        language=visitor.language,
        default_model=_default(visitor, [line.model for line in on_sale]),
        confirm_above=with_cents(threshold) if threshold is not None else None,
        references=[_reference(one) for one in saved_references.list_own(user_id=visitor.user.pk)],
        models=[_model(line, visitor.language) for line in on_sale],
    )


def _default(visitor: Visitor, on_sale: list[AIModel]) -> str:
    """What the person prefers, else the bot's usual model, else the first on sale."""
    preferred_id = visitor.user.settings.preferred_image_model_id
    preferred = [model.slug for model in on_sale if model.pk == preferred_id]
    slugs = [model.slug for model in on_sale]
    usual = [catalog.DEFAULT_IMAGE_SLUG] if catalog.DEFAULT_IMAGE_SLUG in slugs else []
    return (*preferred, *usual, *slugs, "")[0]


def _model(line: selling.OnSale, language: str) -> ModelOut:
    model, card = line.model, catalog.BY_SLUG[line.model.slug]
    return ModelOut(
        slug=model.slug,
        name=model.display_name,
        kind=card.kind,
        # Operators describe their models in Russian only.
        description=model.short_description if language == Language.RU else "",
        price_from=with_cents(line.price),
        may_cost_more=line.may_cost_more,
        price_unit=card.cost_unit,
        prompt_length_max=model.max_prompt_length,
        quantity_max=card.quantity_max,
        usual_time_s=round(waiting.average_time_s(model)),
        modes=[_mode(card, mode) for mode in forms.offered_modes(card)],
    )


def _reference(saved: SavedReference) -> ReferenceOut:
    keys = [one.get("storage_key", "") for one in saved.sources]
    pictures = [files.shown_url(key) if key else None for key in keys]
    return ReferenceOut(id=saved.pk, name=saved.name, pictures=pictures)


def _mode(card: Card, mode: Mode) -> ModeOut:
    return ModeOut(
        mode=mode,
        title=words.mode(mode),
        params=[_param(name, param) for name, param in card.params_in(mode).items()],
        inputs=[
            _input(role, card.inputs[role], count, is_required=role in catalog.REQUIRED_ROLES[mode])
            for role, count in forms.roles_in(card, mode).items()
        ],
    )


def _param(name: str, param: Param) -> ParamOut:
    title, default = words.name(name), param.default
    match param:
        case Choice():
            options = [OptionOut(value=one, label=words.value(name, one)) for one in param.options]
            return ParamOut(name=name, title=title, type="choice", default=default, options=options)
        case Range():
            return ParamOut(
                name=name,
                title=title,
                type="range",
                default=default,
                minimum=param.minimum,
                maximum=param.maximum,
                step=param.step,
            )
        case Text():
            return ParamOut(
                name=name, title=title, type="text", default=default, length_max=param.length_max
            )
        case _:
            return ParamOut(name=name, title=title, type="switch", default=default)


def _input(role: Role, slot: Slot, count_max: int, *, is_required: bool) -> InputOut:
    # A picture that is too heavy for the model is made smaller; a film is not.
    bytes_max = uploads.PICTURE_BYTES_MAX
    if role is Role.VIDEO:
        bytes_max = min(slot.bytes_max, uploads.FILM_BYTES_MAX)
    return InputOut(
        role=role,
        title=texts.role(role),
        count_max=count_max,
        is_required=is_required,
        mime_types=list(slot.mime_types),
        bytes_max=bytes_max,
        side_min=slot.side_min or None,
        ratio_max=slot.ratio_max or None,
        seconds_min=slot.seconds_min or None,
        seconds_max=slot.seconds_max or None,
    )
