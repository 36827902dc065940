"""Drafts: orders in the making, as the chat's card shows them."""

from botapp.business.drafts.changes import (
    QUANTITY,
    can_set,
    count_inputs,
    may_have_mask,
    without_sources,
)
from botapp.business.drafts.draft import Draft, Source
from botapp.business.drafts.from_orders import (
    Alternative,
    alternatives,
    animate,
    by_another_model,
    edit_result,
    from_order,
)
from botapp.business.drafts.offer import (
    Offer,
    Said,
    begin,
    choose_model,
    continue_film,
    offer,
    order,
    recall,
    set_mode,
    set_value,
    take,
    take_more,
)

__all__ = [
    "QUANTITY",
    "Alternative",
    "Draft",
    "Offer",
    "Said",
    "Source",
    "alternatives",
    "animate",
    "begin",
    "by_another_model",
    "can_set",
    "choose_model",
    "continue_film",
    "count_inputs",
    "edit_result",
    "from_order",
    "may_have_mask",
    "offer",
    "order",
    "recall",
    "set_mode",
    "set_value",
    "take",
    "take_more",
    "without_sources",
]
