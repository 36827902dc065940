"""The making API's words; amounts are strings with two decimals, times are ISO 8601."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    model_validator,
)

from botapp.catalog import CostUnit, Kind, Mode, ParamValue, Role

INPUTS_MAX = 32
PARAMS_MAX = 32
PAGE_MAX = 50
ID_MAX = 2**63


def _whole(text: str) -> str:
    """JSON can write half a character, which no database takes."""
    text.encode()
    return text


Words = Annotated[StrictStr, AfterValidator(_whole)]
Params = Annotated[dict[Words, StrictBool | StrictInt | Words], Field(max_length=PARAMS_MAX)]
Quantity = Annotated[StrictInt, Field(ge=1, le=1000)]
ModelSlug = Annotated[Words, Field(min_length=1, max_length=50)]
GenerationId = Annotated[int, Field(ge=1, lt=ID_MAX)]
RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Step(StrEnum):
    """How far an order is, as far as it concerns its person."""

    QUEUED = "queued"
    PROCESSING = "processing"
    DELIVERING = "delivering"
    DONE = "done"
    ERROR = "error"
    CANCELLED = "cancelled"


class OptionOut(Schema):
    value: ParamValue
    label: str


class ParamOut(Schema):
    """What can be set: `options` of a choice, bounds of a range, `length_max` of a text."""

    name: str
    title: str
    type: Literal["choice", "range", "switch", "text"]
    options: list[OptionOut] = []
    minimum: int | None = None
    maximum: int | None = None
    step: int | None = None
    length_max: int | None = None
    default: ParamValue


class InputOut(Schema):
    role: Role
    title: str
    count_max: int
    is_required: bool
    mime_types: list[str]
    bytes_max: int
    side_min: int | None
    ratio_max: float | None
    seconds_min: float | None
    seconds_max: float | None


class ModeOut(Schema):
    mode: Mode
    title: str
    params: list[ParamOut]
    inputs: list[InputOut]


class ModelOut(Schema):
    slug: str
    name: str
    kind: Kind
    description: str
    price_from: str
    may_cost_more: bool
    price_unit: CostUnit
    prompt_length_max: int
    quantity_max: int
    usual_time_s: int
    modes: list[ModeOut]


class ReferenceOut(Schema):
    """Pictures kept under a name; an address is null where only the chat could show the picture."""

    id: int
    name: str
    pictures: list[str | None]


class ModelsOut(Schema):
    """`confirm_above` is the price from which the person wants to be asked once more."""

    balance: str
    language: str
    default_model: str
    confirm_above: str | None
    references: list[ReferenceOut]
    models: list[ModelOut]


class RoleIn(Schema):
    role: Role


class QuoteIn(Schema):
    """A form, however incomplete."""

    model: ModelSlug
    mode: Mode
    prompt: Words = ""
    params: Params = {}
    quantity: Quantity = 1
    inputs: Annotated[list[RoleIn], Field(max_length=INPUTS_MAX)] = []


class ObstacleOut(Schema):
    """`missing` tokens where those stand in the way."""

    code: str
    message: str
    missing: str | None = None


class QuoteOut(Schema):
    price: str
    balance: str
    balance_after: str
    params: dict[str, ParamValue]
    obstacle: ObstacleOut | None


class UploadOut(Schema):
    id: UUID
    kind: Kind
    mime_type: str
    size_bytes: int
    width: int | None
    height: int | None
    duration_s: float | None
    url: str


class InputIn(Schema):
    """An upload, a result of an earlier generation, or with `source_index` one of its inputs, or a
    picture of a saved reference."""

    role: Role
    upload_id: UUID | None = None
    generation_id: GenerationId | None = None
    reference_id: GenerationId | None = None
    result_index: Annotated[int, Field(ge=0, le=1000)] = 0
    source_index: Annotated[int, Field(ge=0, le=1000)] | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> "InputIn":
        if [self.upload_id, self.generation_id, self.reference_id].count(None) != 2:
            raise ValueError("one of upload_id, generation_id and reference_id")
        if self.source_index is not None and self.upload_id is not None:
            raise ValueError("source_index with upload_id")
        return self


class GenerationIn(Schema):
    """Whoever orders is known from the signed launch data; `price` is what they were shown, and
    `is_confirmed` that they were asked once more, as they wish it above `confirm_above`."""

    client_request_id: RequestId
    model: ModelSlug
    mode: Mode
    prompt: Words
    params: Params = {}
    quantity: Quantity = 1
    inputs: Annotated[list[InputIn], Field(max_length=INPUTS_MAX)] = []
    price: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
    is_confirmed: bool = False


class ModelNameOut(Schema):
    slug: str
    name: str


class ResultOut(Schema):
    index: int
    url: str
    thumbnail_url: str | None
    mime_type: str
    width: int | None
    height: int | None
    duration_s: float | None


class ErrorOut(Schema):
    code: str
    message: str


class GenerationOut(Schema):
    """`expected_s` is told while it is made, `position` (1 is next) while it waits."""

    id: int
    status: Step
    status_text: str
    model: ModelNameOut
    kind: Kind
    mode: Mode
    mode_title: str
    prompt: str
    params: dict[str, ParamValue]
    params_text: str
    quantity: int
    price: str
    refunded: str
    net: str
    balance: str
    created_at: datetime
    elapsed_s: int
    expected_s: int | None
    position: int | None
    progress_percent: int | None
    can_cancel: bool
    results: list[ResultOut]
    error: ErrorOut | None
    can_reuse: bool
    can_soften: bool


class SourceOut(Schema):
    """An input of an earlier generation; no `url` where only the chat could show it."""

    index: int
    role: Role
    kind: Kind
    url: str | None


class AlternativeOut(Schema):
    """Another model that can do the same; `label` names it with its price and the difference."""

    slug: str
    label: str
    price: str
    difference: str


class AlternativesOut(Schema):
    alternatives: list[AlternativeOut]


class SourcesOut(Schema):
    """Inputs that can be ordered with again; `is_complete` when that is all the mode needs."""

    sources: list[SourceOut]
    is_complete: bool


class GenerationsOut(Schema):
    generations: list[GenerationOut]
    next_before: int | None


def _none_if_empty(value: object) -> object:
    """`?kind=&before=` asks for nothing in particular."""
    return None if value == "" else value


class PageIn(Schema):
    kind: Annotated[Kind | None, BeforeValidator(_none_if_empty)] = None
    before: Annotated[GenerationId | None, BeforeValidator(_none_if_empty)] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 20
