"""What a person says and sees. The order of routers matters: the first match answers."""

from aiogram import Router

from botapp.handlers import (
    balance,
    cards,
    fallback,
    making,
    orders,
    personal_data,
    promo,
    settings,
    start,
    support,
)


def setup() -> Router:
    router = Router(name="handlers")
    router.include_routers(
        fallback.setup_outside_private_chats(),
        start.setup(),
        balance.setup(),
        settings.setup(),
        personal_data.setup(),
        making.setup_menu(),
        promo.setup_menu(),
        support.setup(),
        promo.setup(),
        orders.setup(),
        cards.setup(),
        making.setup(),
        fallback.setup(),  # always last: it answers whatever is left
    )
    return router
