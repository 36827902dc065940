"""Sentences about buying tokens: the payment page, its API and the word in the chat.

Everything here is plain text: the page writes it as text, the chat needs no markup for it.
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botapp.business.deposits import Gifts
from botapp.texts.amounts import plain

# A number with a fraction reads like a small plural: «0,5 токена», "0.5 tokens".
FRACTION_READS_LIKE = 2


def tokens_count(amount: Decimal) -> str:
    """`100 tokens`."""
    number = int(amount) if amount == int(amount) else FRACTION_READS_LIKE
    return ngettext("{tokens} token", "{tokens} tokens", number).format(tokens=plain(amount))


def images_example(*, images: int, model: str) -> str:
    return ngettext("≈ {count} image with {model}", "≈ {count} images with {model}", images).format(
        count=images, model=model
    )


def credited(*, amount: Decimal, gifts: Gifts, balance: Decimal) -> str:
    """The word in the chat after a payment."""
    received = _("✅ Payment received: {tokens} credited.").format(tokens=tokens_count(amount))
    left = _("Your balance: ⚡{balance}").format(balance=plain(balance))
    return "\n".join([received, *_given(gifts), left])


def _given(gifts: Gifts) -> list[str]:
    """A line for each gift that came with a payment."""
    lines = []
    if gifts.first_deposit:
        bonus = plain(gifts.first_deposit)
        lines.append(_("🎁 Bonus for the first top-up: ⚡{bonus}.").format(bonus=bonus))
    if gifts.invited:
        bonus = plain(gifts.invited)
        lines.append(_("👥 Gift for coming by an invitation: ⚡{bonus}.").format(bonus=bonus))
    return lines


# --- What became of a payment ---------------------------------------------------------------


def preparing() -> str:
    return _("We are preparing the invoice…")


def waiting() -> str:
    return _("Pay on the page of Lava.top that has opened. The tokens will arrive by themselves.")


def link_lost() -> str:
    return _(
        "The payment system did not give us a payment link in time. You were not charged. "
        "Please try again."
    )


def paid(amount: Decimal, gifts: Gifts) -> str:
    """What makes up the new balance, a line each."""
    received = _("Payment received: {tokens} credited.").format(tokens=tokens_count(amount))
    return "\n".join([received, *_given(gifts)])


def declined() -> str:
    return _(
        "The bank did not confirm the payment. No tokens were credited. "
        "Try again or use another card."
    )


def abandoned() -> str:
    return _("The payment window was closed before the payment. You can start again.")


def email_refused() -> str:
    return _(
        "The payment system did not accept this e-mail. Check it for typos or enter another one."
    )


def invoice_refused() -> str:
    return _(
        "The payment system did not issue an invoice. You were not charged. "
        "Please try again in a few minutes."
    )


def unreachable() -> str:
    return _(
        "We could not reach the payment system. You were not charged. "
        "Please try again in a few minutes."
    )


def expired() -> str:
    return _(
        "The invoice was not paid in time and is closed. If you did pay, the tokens will still "
        "arrive."
    )


def unknown() -> str:
    return _(
        "The payment system answers slowly. We are finding out whether the invoice exists; "
        "you have not been charged."
    )


def under_review() -> str:
    return _(
        "The amount of this payment differs from the order, so a person will look at it. "
        "Nothing is lost: write to support if you have paid."
    )


# --- Refusals of the API --------------------------------------------------------------------


def open_from_chat() -> str:
    return _("Open this page with the button in the bot's chat: that is how we know it is you.")


def reopen_to_pay() -> str:
    return _(
        "This page has been open for too long to pay from it safely. Close it and open it again "
        "from the chat."
    )


def email_invalid() -> str:
    return _("Check the e-mail: it should look like name@example.com.")


def malformed_request() -> str:
    return _("The page sent something we could not read. Close it and open it again.")


def package_unavailable() -> str:
    return _("This package is not on sale any more. Please choose another one.")


def package_changed() -> str:
    return _("This package has changed meanwhile. Please look at it again before you pay.")


def request_reused() -> str:
    return _("This order was already started with other details. Open the page again.")


def too_many_payments() -> str:
    return _("That is a lot of invoices at once. Wait a minute and try again.")


def busy() -> str:
    return _("A lot of people are here right now. Please try again in a few seconds.")


def unavailable() -> str:
    return _("We are having a short break. Please try again in a minute.")


def payment_not_found() -> str:
    return _("There is no such payment.")


# --- The page -------------------------------------------------------------------------------


def page_texts() -> dict[str, str]:
    """Everything the page says by itself, in the active language."""
    return _page_labels() | _page_sentences()


def _page_labels() -> dict[str, str]:
    return {
        "title": _("Top up"),
        "balance": _("Balance"),
        "choose": _("Choose a package"),
        "email": _("E-mail for the receipt"),
        "emailPlaceholder": _("name@example.com"),
        "pay": _("Pay {price}"),
        "openPaymentPage": _("Open the payment page"),
        "check": _("I have paid — check"),
        "checkAgain": _("Check again"),
        "tryAgain": _("Try again"),
        "another": _("Choose another package"),
        "backToChat": _("Back to the chat"),
        "buyMore": _("Buy more"),
        "history": _("My payments"),
        "back": _("Back"),
        "preparingTitle": _("Preparing the invoice"),
        "waitingTitle": _("Waiting for the payment"),
        "paidTitle": _("Paid"),
        "failedTitle": _("The payment did not go through"),
        "reviewTitle": _("We are checking the payment"),
        "oopsTitle": _("Something went wrong"),
        "closedTitle": _("Open the page again"),
        "statusPending": _("waiting"),
        "statusPaid": _("paid"),
        "statusFailed": _("not paid"),
        "statusReview": _("being checked"),
    }


def _page_sentences() -> dict[str, str]:
    return {
        "emailHint": _("Lava.top sends the receipt there. We remember it for the next time."),
        "emailInvalid": email_invalid(),
        "cards": _("Payment by a card issued outside Russia, on the secure page of Lava.top."),
        "loading": _("Loading…"),
        "newBalance": _("Your balance is now ⚡{balance}"),
        "stillWaiting": _(
            "The bank has not confirmed the payment yet. That can take a few minutes. You may "
            "close this page: we will write in the chat when the tokens arrive."
        ),
        "noPackages": _("Nothing is on sale right now. Please look in a little later."),
        "noPayments": _("You have not bought anything yet."),
        "offline": _("No connection. Check the internet and try again."),
        "openFromChat": open_from_chat(),
        "returnedSuccess": _(
            "Thank you! Return to Telegram: the tokens will arrive within a minute."
        ),
        "returnedFailure": _("The payment did not go through. Return to Telegram to try again."),
        "returnedCancel": _("You closed the payment. Return to Telegram to try again."),
    }
