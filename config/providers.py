"""The providers that this deployment has keys for, as their adapters take them.

A provider without its key is off: it is absent here, its routes are skipped, and the system check
and the dashboard say so.
"""

from config.env import Env

ProviderSettings = dict[str, str]

# What to set to have an adapter on, where it is not simply <NAME>_API_KEY.
VARIABLES = {
    "omni": "GEMINI_API_KEY",
    "kie_mj": "KIE_API_KEY",
    "kling_legacy": "KLING_API_KEY",
    "vertex": "VERTEX_CREDENTIALS_JSON or VERTEX_PROJECT",
}


def variable_of(provider: str) -> str:
    """The variable whose absence turns this adapter off."""
    return VARIABLES.get(provider, f"{provider.upper()}_API_KEY")


def providers_config(env: Env) -> dict[str, ProviderSettings]:
    """Adapter name → the arguments its adapter is built with; only of providers that are on."""
    gemini = _keyed(env, "GEMINI", "https://generativelanguage.googleapis.com")
    openai = _keyed(env, "OPENAI", "https://api.openai.com")
    kie = _keyed(env, "KIE", "https://api.kie.ai") | {
        "webhook_key": env.text("KIE_WEBHOOK_HMAC_KEY", "")
    }
    kling = _keyed(env, "KLING", "https://api-singapore.klingai.com") | {
        "webhook_secret": env.text("KLING_WEBHOOK_SECRET", "")
    }
    every = {
        "gemini": gemini,
        "omni": gemini,
        "openai": openai,
        "sora": _keyed(env, "SORA", "https://api.openai.com"),
        "kling": kling,
        "kie": kie,
        "kie_mj": kie,
        "midjourney_proxy": _keyed(env, "MIDJOURNEY_PROXY", "http://127.0.0.1:8080"),
        "runway": _keyed(env, "RUNWAY", "https://api.dev.runwayml.com"),
        "fal": _keyed(env, "FAL", "https://queue.fal.run")
        | {"jwks_url": _url(env, "FAL_JWKS_URL", "https://rest.fal.ai/.well-known/jwks.json")},
        "replicate": _keyed(env, "REPLICATE", "https://api.replicate.com"),
    }
    on = {name: given for name, given in every.items() if given["api_key"]}
    return on | _kling_legacy(env, kling) | _vertex(env)


def secrets_of(providers: dict[str, ProviderSettings]) -> set[str]:
    """Every value that must appear in no log."""
    public = ("base_url", "jwks_url", "project", "location")
    return {
        value
        for given in providers.values()
        for name, value in given.items()
        if name not in public and value
    }


def _keyed(env: Env, prefix: str, base_url: str) -> ProviderSettings:
    return {
        "api_key": env.text(f"{prefix}_API_KEY", ""),
        "base_url": _url(env, f"{prefix}_API_BASE_URL", base_url),
    }


def _kling_legacy(env: Env, kling: ProviderSettings) -> dict[str, ProviderSettings]:
    """The older routes take the API key, or the pair of keys that sign a JWT."""
    pair = {
        "access_key": env.text("KLING_ACCESS_KEY", ""),
        "secret_key": env.text("KLING_SECRET_KEY", ""),
    }
    is_on = bool(kling["api_key"]) or all(pair.values())
    return {"kling_legacy": kling | pair} if is_on else {}


def _vertex(env: Env) -> dict[str, ProviderSettings]:
    given = {
        "credentials_json": env.text("VERTEX_CREDENTIALS_JSON", ""),
        "project": env.text("VERTEX_PROJECT", ""),
        "location": env.text("VERTEX_LOCATION", "us-central1"),
        "base_url": _url(env, "VERTEX_API_BASE_URL", ""),
    }
    return {"vertex": given} if given["credentials_json"] and given["project"] else {}


def _url(env: Env, name: str, default: str) -> str:
    return env.url(name, default, schemes=("https", "http"))
