"""A sentence for every BusinessError a person can meet."""

from collections.abc import Callable
from typing import Any

from botapp.business import (
    balance,
    forms,
    generation,
    media_rules,
    personal_data,
    preferences,
    promo,
    recipes,
    reference_errors,
    saved_references,
    text_tasks,
    uploads,
)
from botapp.business.errors import BusinessError
from botapp.texts import generation as texts
from botapp.texts import (
    history,
    menu,
    miniapp,
    money,
    params,
    payments,
    reference,
    results,
    writing,
)
from botapp.texts import preferences as settings_texts
from botapp.texts import saved_references as saved_texts

SENTENCES: dict[type[BusinessError], Callable[[Any], str]] = {
    balance.NotEnoughTokensError: lambda error: texts.not_enough(
        required=error.required, available=error.available
    ),
    generation.EmptyPromptError: lambda _: texts.empty_prompt(),
    generation.PromptTooLongError: lambda error: texts.prompt_too_long(
        length=error.length, length_max=error.length_max
    ),
    generation.TooManyInputsError: lambda error: texts.too_many_inputs(count_max=error.count_max),
    generation.ModelUnavailableError: lambda _: texts.model_unavailable(),
    generation.SettingsUnavailableError: lambda _: texts.settings_unavailable(),
    generation.InvalidParameterError: lambda _: texts.invalid_parameter(),
    generation.NotANumberError: lambda error: texts.not_a_number(
        minimum=error.minimum, maximum=error.maximum
    ),
    generation.MissingInputError: lambda error: params.needed(error.role),
    generation.InputNotTakenError: lambda error: texts.input_not_taken(error.role),
    generation.FileTypeError: lambda error: texts.wrong_file_type(error.mime_types),
    generation.FileTooLargeError: lambda error: texts.file_too_large(bytes_max=error.bytes_max),
    generation.PriceChangedError: lambda _: texts.price_changed(),
    generation.FinalOrderedError: lambda _: results.final_ordered(),
    generation.CoolingDownError: lambda error: texts.cooling_down(wait_s=error.wait_s),
    generation.DailyLimitError: lambda error: texts.daily_limit(count_max=error.count_max),
    generation.TooManyActiveOrdersError: lambda error: texts.too_many_orders(
        count_max=error.count_max
    ),
    generation.OrderErasedError: lambda _: texts.order_erased(),
    generation.OrderNotFoundError: lambda _: texts.order_not_found(),
    media_rules.FilmTooLongError: lambda error: texts.film_too_long(seconds_max=error.seconds_max),
    media_rules.FilmTooShortError: lambda error: texts.film_too_short(
        seconds_min=error.seconds_min
    ),
    media_rules.FilmTooBigError: lambda error: texts.film_too_big(bytes_max=error.bytes_max),
    media_rules.PictureTooSmallError: lambda error: texts.picture_too_small(
        side_min=error.side_min
    ),
    media_rules.PictureTooNarrowError: lambda error: texts.picture_too_narrow(
        ratio_max=error.ratio_max
    ),
    media_rules.WrongFilmTypeError: lambda error: texts.wrong_film_type(
        mime_types=error.mime_types
    ),
    reference_errors.BadReferenceError: lambda error: reference.trouble(error.trouble),
    text_tasks.TextTaskNotFoundError: lambda _: writing.not_found(),
    text_tasks.TooManyTextTasksError: lambda _: writing.already_working(),
    text_tasks.FreeTextsUsedUpError: lambda error: writing.used_up(count_max=error.count_max),
    generation.OwnDailyCapError: lambda error: settings_texts.daily_cap_reached(
        cap=error.cap, spent=error.spent, price=error.price
    ),
    generation.ConfirmationNeededError: lambda error: settings_texts.confirmation_needed(
        price=error.price, threshold=error.threshold
    ),
    preferences.NotAnAmountError: lambda _: settings_texts.not_an_amount(),
    personal_data.OrdersInProgressError: lambda _: settings_texts.orders_in_progress(),
    forms.RequestReusedError: lambda _: payments.request_reused(),
    forms.TooManyRequestsError: lambda _: miniapp.too_many_requests(),
    uploads.UploadNotFoundError: lambda _: miniapp.upload_not_found(),
    uploads.TooManyUploadsError: lambda _: miniapp.too_many_uploads(),
    saved_references.ReferenceNotFoundError: lambda _: saved_texts.not_found(),
    saved_references.TooManyReferencesError: lambda _: saved_texts.too_many(),
    saved_references.BadReferenceNameError: lambda _: saved_texts.bad_name(),
    saved_references.ReferenceNameTakenError: lambda _: saved_texts.name_taken(),
    saved_references.NothingToSaveError: lambda _: saved_texts.nothing_to_save(),
    recipes.RecipeNotFoundError: lambda _: history.recipe_gone(),
    promo.UnknownPromocodeError: lambda _: menu.promocode_unknown(),
    promo.PromocodeAlreadyUsedError: lambda error: menu.promocode_used(error.granted),
    promo.DiscountCodeError: lambda _: money.discount_code(),
    promo.DepositNeededError: lambda error: menu.promocode_needs_deposit(error.deposit),
}


def refusal(error: BusinessError) -> str:
    """Plain words for the error. Raises KeyError for one that has none: a test names them all."""
    return SENTENCES[type(error)](error)
