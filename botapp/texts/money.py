"""Where tokens went, where more come from, and what the person gets for inviting and returning."""

from datetime import datetime, timedelta
from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.business import movements, referrals
from botapp.business.daily import Gift
from botapp.business.deposits import FIRST_MAX, FIRST_SHARE
from botapp.business.movements import Reason
from botapp.models import TokenPackage, Transaction
from botapp.texts.amounts import plain, tokens
from botapp.texts.payments import tokens_count


def commands() -> list[tuple[str, str]]:
    """The bot's commands about money with their descriptions."""
    return [
        ("daily", _("Daily bonus")),
        ("invite", _("Invite a friend")),
        ("paysupport", _("Help with a payment")),
        ("terms", _("Terms of use")),
        ("privacy", _("What we know about you")),
    ]


# --- Buttons --------------------------------------------------------------------------------


def top_up() -> str:
    return _("💳 Top up")


def top_up_package(package: TokenPackage) -> str:
    """`💳 Top up: 200 tokens — $10`."""
    return _("💳 Top up: {tokens} — ${price}").format(
        tokens=tokens_count(package.credits), price=plain(package.price_usd)
    )


def history_button() -> str:
    return _("🧾 History")


def promocode_button() -> str:
    return _("🎁 Enter promo code")


def invite_button() -> str:
    return _("👥 Invite")


def daily_button() -> str:
    return _("🗓 Daily bonus")


def back_to_order() -> str:
    return _("▶️ Back to the order")


def share_button() -> str:
    return _("📨 Share the link")


# --- Topping up --------------------------------------------------------------------------------


def top_up_offer(*, is_first: bool) -> str:
    offer = _("💳 Choose a token pack and pay by card — the tokens arrive within a minute.")
    if not is_first:
        return offer
    gift = _("🎁 The first top-up brings {share}% extra, up to {maximum}.").format(
        share=plain(FIRST_SHARE * 100), maximum=tokens(FIRST_MAX)
    )
    return f"{offer}\n{gift}"


# --- History --------------------------------------------------------------------------------


def history_page(page: movements.Page) -> str:
    if not page.rows:
        return _("🧾 Nothing has happened to your tokens yet.")
    lines = [_history_line(row) for row in page.rows]
    return "\n\n".join([_("🧾 <b>History</b>, newest first"), *lines])


def _history_line(row: Transaction) -> str:
    sign = "+" if row.amount > 0 else "−"
    return _("{date} · <b>{amount}</b> · {reason}\nBalance after: {balance}").format(
        date=f"{row.created_at:%d.%m.%Y}",
        amount=f"{sign}{tokens(abs(row.amount))}",
        reason=_reason(row),
        balance=tokens(row.balance_after),
    )


def _reason(row: Transaction) -> str:
    reason = movements.reason(row)
    order = row.generation_request
    if reason is Reason.ORDER and order is not None:
        return _("generation #{number}, {model}").format(
            number=order.pk, model=escape(order.ai_model.display_name)
        )
    if reason is Reason.REFUND and order is not None:
        return _("refund for generation #{number}").format(number=order.pk)
    if reason is Reason.PROMOCODE:
        return _("promo code {code}").format(code=escape(row.description))
    if reason is Reason.DEPOSIT:
        return _("top-up: {tokens}").format(tokens=tokens_count(row.amount))
    return _plain_reasons()[reason]


def _plain_reasons() -> dict[Reason, str]:
    """Reasons that need no details; of a correction the operator's notes stay inside."""
    return {
        Reason.ORDER: _("generation"),
        Reason.REFUND: _("refund"),
        Reason.PROMPT: _("prompt from a reference"),
        Reason.PROMPT_REFUND: _("refund for a prompt from a reference"),
        Reason.WELCOME: _("welcome gift"),
        Reason.DAILY: _("daily bonus"),
        Reason.FIRST_DEPOSIT: _("bonus for the first top-up"),
        Reason.INVITED: _("gift for coming by an invitation"),
        Reason.INVITER: _("a friend you invited has topped up"),
        Reason.GIFT: _("gift"),
        Reason.CORRECTION: _("correction by the support team"),
    }


# --- Returning to an order, promo codes -------------------------------------------------------


def no_draft() -> str:
    return _("There is no unfinished order. Describe what you want, and I will show a new card.")


def discount_code() -> str:
    return _(
        "This code gives a discount on a top-up, not tokens, so it cannot be redeemed in the chat."
    )


# --- Invitations ------------------------------------------------------------------------------


def invite(*, link: str, count: int, earned: Decimal) -> str:
    return "\n\n".join(
        [
            _("👥 <b>Invite friends</b>"),
            _(
                "Your friend opens the bot by your link and tops up for the first time: you get "
                "{inviter}, your friend {invited} on top of the purchase."
            ).format(
                inviter=tokens(referrals.INVITER_TOKENS), invited=tokens(referrals.INVITED_TOKENS)
            ),
            _(
                "It counts for people who are new here: within a day of their first message and "
                "before their first order."
            ),
            f"<code>{escape(link)}</code>",
            "\n".join([_came(count), _("Earned: {tokens}").format(tokens=tokens(earned))]),
        ]
    )


def _came(count: int) -> str:
    if not count:
        return _("Nobody has come by your link yet.")
    came = ngettext(
        "{count} friend has come by your link.", "{count} friends have come by your link.", count
    )
    return came.format(count=count)


def share_text() -> str:
    return _("I make pictures and videos here with the best AI models. Try it:")


def joined() -> str:
    return _(
        "👥 You came by a friend's invitation: the first top-up brings you {tokens} extra."
    ).format(tokens=tokens(referrals.INVITED_TOKENS))


def friend_paid(*, granted: Decimal, balance: Decimal) -> str:
    return _(
        "🎉 A friend you invited has topped up for the first time: {granted} are yours. "
        "Balance {balance}."
    ).format(granted=tokens(granted), balance=tokens(balance))


# --- Every day --------------------------------------------------------------------------------


def daily(gift: Gift, *, now: datetime) -> str:
    streak = ngettext("{count} day in a row", "{count} days in a row", gift.streak)
    if gift.is_new:
        head = _("🗓 Today's gift: <b>{tokens}</b>. Balance {balance}.").format(
            tokens=tokens(gift.granted), balance=tokens(gift.balance)
        )
    else:
        head = _("🗓 Today's gift, {tokens}, is yours already.").format(tokens=tokens(gift.granted))
    return "\n".join(
        [
            head,
            f"🔥 {streak.format(count=gift.streak)}",
            _("Tomorrow: {tokens}. It can be taken in {wait}, from 00:00 UTC.").format(
                tokens=tokens(gift.tomorrow), wait=_wait(gift.next_at - now)
            ),
            _("A missed day starts the count anew."),
        ]
    )


def _wait(left: timedelta) -> str:
    """Minutes, rounded up: nobody is told to come too early."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=rest)
