"""What can be done with a result or a refusal, and what is said about it."""

from decimal import Decimal

from django.utils.translation import gettext as _

from botapp.business.drafts import Alternative
from botapp.texts.amounts import tokens


def other_words() -> str:
    return _("✏️ Description")


def type_other_words() -> str:
    return _("Send a new description in a message: it replaces this one.")


def more() -> str:
    return _("⋯ More")


def animate() -> str:
    return _("🎬 Animate")


def which() -> str:
    return _("Which picture? Choose its number.")


def describe_motion() -> str:
    return _("Describe in a message what moves, or create it as it is.")


def other_model() -> str:
    return _("🔀 Another model")


def model(one: Alternative) -> str:
    """`GPT Image · ⚡2.40 (+1.60)`."""
    difference = "=" if not one.difference else _signed(one.difference)
    return f"{one.model.display_name} · {tokens(one.price)} ({difference})"


def no_other_model() -> str:
    return _("No other model can do this with the same files and words.")


def like() -> str:
    return "👍"


def dislike() -> str:
    return "👎"


def liked() -> str:
    return _("Glad you like it!")


def disliked() -> str:
    return _("Sorry about that. Another model or other words often help: see below.")


def delete() -> str:
    return _("🗑 Delete")


def delete_sure() -> str:
    return _("🗑 Yes, delete")


def ask_delete() -> str:
    return _("The result will go from this chat and from your history. Tokens do not come back.")


def deleted() -> str:
    return _("Deleted.")


def too_old_to_delete() -> str:
    return _(
        "It is out of your history. Telegram lets us delete messages of the last two days only: "
        "please delete the older ones yourself."
    )


def still_at_work() -> str:
    return _("This order is still at work. Wait until it is over.")


def final(extra: Decimal) -> str:
    return _("⬆️ In high quality · +{price}").format(price=tokens(extra))


def final_ordered() -> str:
    return _("The final version of this order is being made, or is ready already.")


def _signed(amount: Decimal) -> str:
    sign = "+" if amount > 0 else "−"
    return sign + tokens(abs(amount)).removeprefix("⚡")
