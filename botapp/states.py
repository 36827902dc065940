"""Where a conversation stands."""

from aiogram.fsm.state import State, StatesGroup


class Making(StatesGroup):
    """What the next message is, when it is not simply something for the draft: see `desk`."""

    edit = State()  # of the order `generation_id`
    caption = State()
    value = State()
    mask = State()


class Showing(StatesGroup):
    """A reference, and what shall be different from it: see `handlers/reference.py`."""

    reference = State()
    wishes = State()


class Keeping(StatesGroup):
    """The next message is the name of a reference."""

    name = State()  # of a new one of the kind `reference_kind`
    rename = State()  # of the one `reference_id`


class Talking(StatesGroup):
    support = State()
    promocode = State()
    limit = State()  # of one's own: `limit` names it
