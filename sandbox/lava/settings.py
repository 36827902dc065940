"""Switches for what is uncertain about the live service, and for faults one wants to see."""

from dataclasses import asdict, dataclass, fields, replace
from enum import Enum, StrEnum
from typing import Any

from sandbox.config import Config


class AmountOnFixedOffer(StrEnum):
    REFUSE = "refuse"
    IGNORE = "ignore"


class AmountTotal(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"


class ProductsShape(StrEnum):
    WRAPPED = "wrapped"
    FLAT = "flat"


class ParentContractId(StrEnum):
    NULL = "null"
    MISSING = "missing"


class BadSettingError(Exception):
    """There is no such switch, or it has no such position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    # Contracts are kept apart per key, so a second key sees none of the first one's.
    api_keys: tuple[str, ...]
    webhook_url: str
    webhook_api_key: str
    # "login:password" switches the webhook from X-Api-Key to HTTP Basic.
    webhook_basic: str = ""
    webhook_enabled: bool = True
    webhook_time_scale: float
    contract_ttl_s: float
    # This many reads after a payment still see IN_PROGRESS.
    get_lags: int = 0
    amount_on_fixed_offer: AmountOnFixedOffer = AmountOnFixedOffer.REFUSE
    amount_total: AmountTotal = AmountTotal.INTEGER
    products_shape: ProductsShape = ProductsShape.FLAT
    parent_contract_id: ParentContractId = ParentContractId.NULL
    utm_in_webhook: bool = False

    def patched(self, changes: dict[str, Any]) -> "Settings":
        """Raises BadSettingError and changes nothing when any part of it is wrong."""
        unknown = changes.keys() - {field.name for field in fields(self)}
        if unknown:
            raise BadSettingError(f"no such settings: {', '.join(sorted(unknown))}")
        read = {name: _read(name, getattr(self, name), new) for name, new in changes.items()}
        return replace(self, **read)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def settings_of(config: Config) -> Settings:
    return Settings(
        api_keys=(config.lava_api_key,),
        webhook_url=config.lava_webhook_url,
        webhook_api_key=config.lava_webhook_api_key,
        webhook_time_scale=config.webhook_time_scale,
        contract_ttl_s=config.contract_ttl_s,
    )


def _read(name: str, current: Any, new: Any) -> Any:
    """Take the new value only if it is of the kind of the current one."""
    if isinstance(current, Enum) and new in {member.value for member in type(current)}:
        return type(current)(new)
    if isinstance(current, tuple) and isinstance(new, list):
        return tuple(str(item) for item in new)
    if type(current) is float and type(new) in (int, float):
        return float(new)
    if type(current) is type(new) and not isinstance(current, Enum):
        return new
    raise BadSettingError(f"{name} cannot be {new!r}")
