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
    # Accepted keys of the other AI providers.
    openai_api_key: str = "sandbox-openai-key"
    # The videos API of OpenAI under `/sora`, as resellers offer it.
    sora_api_key: str = "sandbox-sora-key"
    runway_api_key: str = "sandbox-runway-key"
    kling_api_key: str = "sandbox-kling-key"
    kling_access_key: str = "sandbox-kling-access-key"
    # As long as HS256 wants its keys.
    kling_secret_key: str = "sandbox-kling-secret-key-of-32-bytes"  # noqa: S105 (a public demo value)
    fal_api_key: str = "sandbox-fal-key"
    replicate_api_key: str = "sandbox-replicate-key"
    kie_api_key: str = "sandbox-kie-key"
    midjourney_api_key: str = "sandbox-midjourney-key"
    vertex_access_token: str = "sandbox-vertex-key"  # noqa: S105 (a public demo value)
    # The PEM of the account that may ask Vertex for tokens; without one nobody may.
    vertex_public_key: str = ""
    # What they sign their callbacks with.
    kling_webhook_secret: str = "whsec_c2FuZGJveC1rbGluZy13ZWJob29rLWtleQ=="  # noqa: S105
    replicate_webhook_secret: str = "whsec_c2FuZGJveC1yZXBsaWNhdGUtd2ViaG9vaw=="  # noqa: S105
    openai_webhook_secret: str = "whsec_c2FuZGJveC1vcGVuYWktd2ViaG9vay1rZXk="  # noqa: S105
    # Where OpenAI is told to report the end of videos; empty: nowhere.
    openai_webhook_url: str = ""
    kie_webhook_key: str = "sandbox-kie-webhook-key"
    # How long jobs take, and what [[slow]] makes them take; the scale shortens all of them.
    image_job_s: float = 6.0
    video_job_s: float = 15.0
    slow_job_s: float = 120.0
    job_time_scale: float = 1.0
    # How many tasks of one model Runway runs at once, the others are THROTTLED; 0 is no limit.
    runway_slots_per_model: int = 0
    # How many jobs fal runs at once, the others wait in its queue; 0 is no limit.
    fal_slots: int = 0
    # How long an uploaded film is processed by the Files API of Gemini.
    file_processing_s: float = 2.0
    # How long results can be fetched.
    media_ttl_s: float = 24 * 3600.0
