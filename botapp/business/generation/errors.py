"""What a person who orders may be told."""

from decimal import Decimal

from botapp.business.errors import BusinessError
from botapp.catalog import Role


class ModelUnavailableError(BusinessError):
    """The model is unknown, off sale, or cannot do what was asked."""


class EmptyPromptError(BusinessError):
    """There is nothing to draw."""


class PromptTooLongError(BusinessError):
    def __init__(self, *, length: int, length_max: int) -> None:
        super().__init__(f"{length} of {length_max} characters")
        self.length, self.length_max = length, length_max


class TooManyInputsError(BusinessError):
    def __init__(self, *, count_max: int) -> None:
        super().__init__(f"at most {count_max} pictures")
        self.count_max = count_max


class InvalidParameterError(BusinessError):
    """A parameter is not on the model's card."""


class SettingsUnavailableError(BusinessError):
    """The model is on sale, yet nobody who is on makes it with these settings."""


class TooManyActiveOrdersError(BusinessError):
    def __init__(self, *, count_max: int) -> None:
        super().__init__(f"at most {count_max} orders at once")
        self.count_max = count_max


class OrderNotFoundError(BusinessError):
    """No such order of this person."""


class OrderErasedError(OrderNotFoundError):
    """What the order was made of is gone: its person had their data erased."""


class MissingInputError(BusinessError):
    """The model needs a picture or a film of this role first."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


class InputNotTakenError(BusinessError):
    """The model has no use for an input of this role."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


class FileTypeError(BusinessError):
    """The model takes inputs of these MIME types only."""

    def __init__(self, mime_types: tuple[str, ...]) -> None:
        super().__init__(", ".join(mime_types))
        self.mime_types = mime_types


class FileTooLargeError(BusinessError):
    def __init__(self, *, bytes_max: int) -> None:
        super().__init__(f"at most {bytes_max} bytes")
        self.bytes_max = bytes_max


class NotANumberError(BusinessError):
    """A parameter is a whole number between these."""

    def __init__(self, *, minimum: int, maximum: int) -> None:
        super().__init__(f"{minimum} to {maximum}")
        self.minimum, self.maximum = minimum, maximum


class PriceChangedError(BusinessError):
    """The order costs something else than the person was shown."""


class FinalOrderedError(BusinessError):
    """The draft has its final already, or it is being made."""


class CoolingDownError(BusinessError):
    """The model may be used again by this person in `wait_s`."""

    def __init__(self, *, wait_s: float) -> None:
        super().__init__(f"{wait_s:.0f} s")
        self.wait_s = wait_s


class OwnDailyCapError(BusinessError):
    """The order would exceed what the person lets themselves spend a day; all in tokens."""

    def __init__(self, *, cap: Decimal, spent: Decimal, price: Decimal) -> None:
        super().__init__(f"{spent} + {price} of {cap}")
        self.cap, self.spent, self.price = cap, spent, price


class ConfirmationNeededError(BusinessError):
    """The order costs more than the person lets pass unasked; both in tokens."""

    def __init__(self, *, price: Decimal, threshold: Decimal) -> None:
        super().__init__(f"{price} above {threshold}")
        self.price, self.threshold = price, threshold


class DailyLimitError(BusinessError):
    """This person has used the model as often today as one may."""

    def __init__(self, *, count_max: int) -> None:
        super().__init__(f"at most {count_max} a day")
        self.count_max = count_max
