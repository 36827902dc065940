"""What one sandbox process is started with."""

from dataclasses import dataclass

DEMO_BOT_TOKEN = "424242:SANDBOX-demo-token-abcdefghijklmnopqrst"  # noqa: S105 (a public demo value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting has a value that works for the local demo."""

    host: str = "127.0.0.1"
    port: int = 8100
    bot_token: str = DEMO_BOT_TOKEN
    gemini_api_key: str = "sandbox-gemini-key"
    # Where a browser reaches the sandbox; empty means the host the API was called at.
    public_url: str = ""
    lava_api_key: str = "sandbox-lava-key"
    lava_webhook_url: str = ""
    lava_webhook_api_key: str = "sandbox-lava-webhook-key"
    # Every documented pause between webhook attempts is multiplied by this.
    webhook_time_scale: float = 1.0
    webhook_timeout_s: float = 10.0
    contract_ttl_s: float = 24 * 3600.0
    image_delay_s: float = 2.0
    text_delay_s: float = 0.3
    # What the magic word [[slow]] makes an image take.
    slow_delay_s: float = 20.0
