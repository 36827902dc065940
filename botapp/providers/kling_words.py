"""What both generations of Kling's API have in common (providers.md 4.1, 4.4)."""

import base64
from collections.abc import Mapping

from botapp.providers.base import Failure, InputFile

# Typical films take one to six minutes.
POLL_AFTER_S = 10.0

CODES: Mapping[str, Failure] = {
    **dict.fromkeys(("1000", "1001", "1002", "1003", "1004"), Failure.AUTH),
    # Account in arrears or a used-up pack, although HTTP says 429.
    **dict.fromkeys(("1100", "1101", "1102"), Failure.NO_PROVIDER_MONEY),
    # No right to the model, and an address that is not on the account's list.
    **dict.fromkeys(("1103", "1304"), Failure.AUTH),
    **dict.fromkeys(("1200", "1201"), Failure.BAD_INPUT),
    **dict.fromkeys(("1202", "1203"), Failure.MODEL_GONE),
    **dict.fromkeys(("1300", "1301"), Failure.POLICY),
    **dict.fromkeys(("1302", "1303"), Failure.RATE),
    **dict.fromkeys(("5000", "5001"), Failure.TRANSIENT),
    # Timed out inside: the task may exist.
    "5002": Failure.UNKNOWN_SUBMIT,
}
# Their moderation also comes after the start, as words only.
WORDS: Mapping[str, Failure] = {"risk control|sensitive|policy": Failure.POLICY}


def picture(file: InputFile) -> str:
    """Bare base64: a data URI is refused."""
    return base64.b64encode(file.data).decode()
