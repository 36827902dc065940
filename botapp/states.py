"""Where a conversation stands."""

from aiogram.fsm.state import State, StatesGroup


class Making(StatesGroup):
    """The next message is a prompt (data: `model`), an edit (`parent`) or a caption (`file_id`)."""

    prompt = State()
    edit = State()
    caption = State()


class Talking(StatesGroup):
    support = State()
    promocode = State()
