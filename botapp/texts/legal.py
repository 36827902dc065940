"""What Telegram asks every bot that sells something to say (payments_telegram.md, part B)."""

from html import escape

from django.utils.translation import gettext as _


def terms() -> str:
    return "\n\n".join(
        [
            _("📄 <b>Terms of use</b>"),
            _(
                "• Pictures and videos are paid for with tokens. Prices are in /balance, and a "
                "card shows its price before you press. A photo with a caption, “Again” and "
                "“Edit” are made at once at today's price; in /settings you choose above which "
                "price I ask.\n"
                "• Tokens never expire.\n"
                "• If a picture or a video could not be made, its tokens come back by themselves.\n"
                "• AI models make mistakes: what was made is paid for, even if you imagined it "
                "differently.\n"
                "• The results are yours. Please make nothing that breaks the law or harms other "
                "people; the models refuse such orders."
            ),
            _("Payments: /paysupport. Your data: /privacy."),
        ]
    )


def privacy() -> str:
    return "\n\n".join(
        [
            _("🔒 <b>What we know about you</b>"),
            _(
                "• From Telegram: your id, name, username and language.\n"
                "• From this chat: your messages and files, your orders and their results.\n"
                "• From purchases: what you bought and the e-mail for the receipt. The card is "
                "handled by Lava.top; we never see its number."
            ),
            _(
                "Your descriptions and files go to the services whose models carry out your order. "
                "We do not sell your data."
            ),
            _(
                "You can delete your data in /settings. Records of payments and tokens stay, "
                "without your name."
            ),
        ]
    )


def payment_support(username: str) -> str:
    return "\n\n".join(
        [
            _("💬 <b>Help with a payment</b>"),
            _(
                "• Paid, but no tokens? They arrive within a minute or two. "
                "Look at /balance, then write to us.\n"
                "• A picture or a video could not be made? Its tokens are back already.\n"
                "• Want your money back? Write the date, the sum and the e-mail from the receipt. "
                "A person will read it and answer."
            ),
            _contact(username),
        ]
    )


def _contact(username: str) -> str:
    if username:
        return _("Write to @{username}.").format(username=escape(username))
    return _("Press /support and describe it in one message.")
