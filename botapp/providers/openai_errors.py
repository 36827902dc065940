"""The error codes of OpenAI's API and of its imitators (providers.md 3.4, 3.6)."""

from botapp.providers.base import Failure

CODE = "error.code"
MESSAGE = "error.message|error"
CODES = {
    "moderation_blocked": Failure.POLICY,
    "content_policy_violation": Failure.POLICY,
    # Comes as 429, and no waiting helps.
    "insufficient_quota": Failure.NO_PROVIDER_MONEY,
    "billing_hard_limit_reached": Failure.NO_PROVIDER_MONEY,
    "invalid_api_key": Failure.AUTH,
    "model_not_found": Failure.MODEL_GONE,
    "rate_limit_exceeded": Failure.RATE,
}
