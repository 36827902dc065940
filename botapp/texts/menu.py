"""Greeting, menu, balance, settings, help."""

from collections.abc import Iterable
from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.business.selling import OnSale
from botapp.catalog import DEFAULT_IMAGE_SLUG
from botapp.models import AIModel, Language
from botapp.texts import money
from botapp.texts.amounts import tokens


def create_image() -> str:
    return _("🎨 Create image")


def create_video() -> str:
    return _("🎬 Create video")


def balance_button() -> str:
    return _("💰 My balance (prices)")


def top_up() -> str:
    return _("💳 Top up")


def reference_prompt() -> str:
    return _("📲 Prompt from a reference")


def main_menu() -> str:
    return _("🏠 Main menu")


def enter_promocode() -> str:
    return _("🎁 Enter promo code")


def support() -> str:
    return _("🧡 Support")


def cancel() -> str:
    return _("❌ Cancel")


def commands() -> list[tuple[str, str]]:
    """The bot's commands with their descriptions."""
    return [
        ("start", _("Main menu")),
        ("image", _("Create an image")),
        ("video", _("Create a video")),
        ("reference", _("Prompt from a reference")),
        ("balance", _("Balance and prices")),
        ("promo", _("Enter a promo code")),
        ("history", _("What I made before")),
        ("references", _("My references")),
        *money.commands(),
        ("settings", _("Settings")),
        ("support", _("Write to us")),
        ("help", _("How it works")),
    ]


def mini_app_button() -> str:
    return _("Studio")


def open_studio() -> str:
    return _("📱 Open as a form")


def language_name(language: Language) -> str:
    return {Language.RU: "🇷🇺 Русский", Language.EN: "🇬🇧 English"}[language]


def greeting(*, first_name: str, on_sale: Iterable[OnSale]) -> str:
    """The first message: what can be made here."""
    hello = _("Hello, {name}!").format(name=escape(first_name or _("friend")))
    return "\n\n".join(
        [
            f"👋 <b>{hello}</b>",
            _("I make pictures and videos with the best AI models."),
            *_names(on_sale),
            _("Prices: /balance"),
            _(
                "Describe a picture in a message, or send a photo with a caption that says "
                "what to change — and watch it being made."
            ),
        ]
    )


def welcome_bonus(*, amount: Decimal, on_sale: Iterable[OnSale]) -> str:
    gift = _("🎁 {tokens} are yours — a gift for the start.").format(tokens=tokens(amount))
    prices = {one.model.slug: one.model.price for one in on_sale}
    price = prices.get(DEFAULT_IMAGE_SLUG)
    if not price:
        return gift
    images = int(amount // price)
    enough = ngettext(
        "That is enough for {count} picture.", "That is enough for {count} pictures.", images
    )
    return f"{gift}\n{enough.format(count=images)}"


def choose_action() -> str:
    return _("Choose what to do 👇")


def balance(*, amount: Decimal, token_price_usd: Decimal, on_sale: Iterable[OnSale]) -> str:
    """The balance with the price list."""
    return "\n\n".join(
        [
            _("💰 Balance: <b>{tokens}</b>").format(tokens=tokens(amount)),
            _("1 token ≈ ${price}. Tokens pay for pictures and videos and never expire.").format(
                price=token_price_usd.quantize(Decimal("0.01"))
            ),
            *_price_groups(on_sale),
            _("If a picture or a video could not be made, its tokens come back at once."),
        ]
    )


def _names(on_sale: Iterable[OnSale]) -> list[str]:
    """What is on sale in a few lines: two dozen prices would hide the rest of the greeting."""
    return [
        f"{heading}\n{' · '.join(_unbroken(one.model.display_name) for one in group)}"
        for heading, group in _groups(on_sale)
    ]


def _unbroken(name: str) -> str:
    """A name stays on its line."""
    return escape(name).replace(" ", "\u00a0")


def _price_groups(on_sale: Iterable[OnSale]) -> list[str]:
    """Pictures and films, each a heading with its price list."""
    return [
        "\n".join([heading, *(_price_line(one) for one in group)])
        for heading, group in _groups(on_sale)
    ]


def _groups(on_sale: Iterable[OnSale]) -> list[tuple[str, list[OnSale]]]:
    """Pictures and films under their headings; nothing for what is not on sale."""
    pictures: list[OnSale] = []
    films: list[OnSale] = []
    for one in on_sale:
        (films if one.model.type == AIModel.Type.VIDEO else pictures).append(one)
    groups = [(_("🎨 <b>Pictures</b>"), pictures), (_("🎬 <b>Videos</b>"), films)]
    return [(heading, group) for heading, group in groups if group]


def _price_line(one: OnSale) -> str:
    return f"• {escape(one.model.display_name)} — {_price(one)} {_unit(one.model)}"


def _price(one: OnSale) -> str:
    """`from ⚡2`."""
    price = tokens(one.price)
    return _("from {price}").format(price=price) if one.may_cost_more else price


def _unit(model: AIModel) -> str:
    match model.cost_unit:
        case AIModel.CostUnit.IMAGE:
            return _("per image")
        case AIModel.CostUnit.SECOND:
            return _("per second")
        case _:
            return _("per generation")


def open_payment_page() -> str:
    return _("💳 Open the payment page")


def choose_image_model() -> str:
    return _("🎨 Choose a model")


def choose_video_model() -> str:
    return _("🎬 Choose a model")


def model_button(one: OnSale) -> str:
    """`Kling 3.0 · from ⚡3.36/s`: a longer one wraps on a phone."""
    price = _price(one)
    if one.model.cost_unit == AIModel.CostUnit.SECOND:
        price = _("{price}/s").format(price=price)
    return f"{one.model.display_name} · {price}"


def nothing_on_sale() -> str:
    return _("No model is available right now. Please look in a little later.")


def ask_promocode() -> str:
    return _("🎁 Send the promo code in one message.")


def promocode_redeemed(*, granted: Decimal, balance: Decimal) -> str:
    return _("✅ Promo code accepted: {granted} credited, balance {balance}.").format(
        granted=tokens(granted), balance=tokens(balance)
    )


def promocode_unknown() -> str:
    return _("There is no such promo code, or it is over. Check the letters and send it again.")


def promocode_link_over() -> str:
    return _("This promo link is over. Everything else works: describe what you want to see.")


def promocode_used(granted: Decimal) -> str:
    return _("You have used this promo code already: {granted} were credited.").format(
        granted=tokens(granted)
    )


def promocode_needs_deposit(deposit: Decimal) -> str:
    return _("This promo code works after a top-up of {deposit} or more.").format(
        deposit=tokens(deposit)
    )


def support_contact(username: str) -> str:
    if username:
        return _("🧡 Something went wrong or there is a question? Write to @{username}.").format(
            username=escape(username)
        )
    return _("🧡 Something went wrong or there is a question? Describe it in the next message.")


def support_received() -> str:
    return _("🧡 Thank you, your message has reached us. The answer will come in this chat.")


def help_() -> str:
    return _(
        "<b>How it works</b>\n"
        "1. Press “🎨 Create image” or “🎬 Create video” and choose a model.\n"
        "2. Describe what you want, add photos or a video: a card shows the settings and the "
        "price. Change what you like and press “✨ Create”.\n"
        "3. Or just send a photo with a caption: I will change the photo as the caption says.\n"
        "4. The result comes as a preview and as an original file. Reply to any result to go on "
        "with it.\n"
        "5. You can also say it in a voice message, or show me something you like: /reference.\n\n"
        "/history — what you have made\n"
        "/references — your saved references\n"
        "/balance — tokens and prices\n"
        "/promo, /daily, /invite — promo code, daily gift, friends\n"
        "/settings — settings and my data\n"
        "/support — write to us\n"
        "/start — main menu"
    )


def samples() -> str:
    """Under the picture that a new person is shown."""
    return _(
        "🎨 A picture from words · 🖌 your photo changed by words · 🎬 a photo that comes to life · "
        "✨ a film from one sentence"
    )


def unknown_command() -> str:
    return _(
        "I do not know this command. The menu is below; everything I can do is in /help. "
        "To get a picture, simply describe it."
    )


def sticker_taken() -> str:
    return _("😄 Nice one! Describe a picture in words, or send a photo — and I will make it.")


def place_or_contact_taken() -> str:
    return _(
        "I do not need places or contacts, and I do not keep them. Describe a picture instead."
    )


def sound_taken() -> str:
    return _("I cannot listen to music files. Say what you want as a voice message or in words.")


def flood() -> str:
    return _("🐢 That is too fast for me. Give me a few seconds, then write again.")


def unreadable() -> str:
    return _(
        "I could not read this message. Please send it in another way: as text, a photo or a file."
    )


def not_understood() -> str:
    return _(
        "I work with text, photos and videos. Describe a picture, or send a photo with a caption "
        "that says what to change."
    )


def language_changed() -> str:
    return _("✅ Now I speak English.")


def cancelled() -> str:
    return _("Cancelled")


def old_button() -> str:
    return _("This button is out of date. Press /start.")


def already_doing() -> str:
    return _("Already on it 👌")


def private_chat_only() -> str:
    return _("I work in a private chat: write to me directly.")
