"""What a person says and sees. The order of routers matters: the first match answers."""

from aiogram import Router

from botapp.handlers import (
    balance,
    cards,
    daily,
    fallback,
    history,
    invite,
    legal,
    making,
    orders,
    personal_data,
    promo,
    recipes,
    reference,
    removing,
    results,
    saved_references,
    settings,
    start,
    support,
    writing,
)


def setup() -> Router:
    router = Router(name="handlers")
    router.include_routers(
        fallback.setup_outside_private_chats(),
        start.setup(),
        balance.setup(),
        daily.setup(),
        invite.setup(),
        legal.setup(),
        settings.setup(),
        personal_data.setup(),
        history.setup(),
        saved_references.setup_menu(),
        making.setup_menu(),
        reference.setup_menu(),
        promo.setup_menu(),
        support.setup(),
        promo.setup(),
        settings.setup_answers(),
        reference.setup(),
        orders.setup(),
        results.setup(),
        removing.setup(),
        recipes.setup(),
        saved_references.setup(),
        writing.setup(),  # before the cards, which answer every other press on an old card
        cards.setup(),
        making.setup(),
        fallback.setup(),  # always last: it answers whatever is left
    )
    return router
