"""Puts the stand-ins together into one web application."""

from aiohttp import web

from sandbox import (
    chat,
    control,
    fal,
    gemini,
    interactions,
    jobs,
    kie,
    kling,
    lava,
    midjourney,
    openai,
    recorder,
    replicate,
    runway,
    telegram,
    vertex,
)
from sandbox import web as open_web
from sandbox.config import Config

_BODY_BYTES_MAX = 120 * 1024 * 1024


def build_app(config: Config) -> web.Application:
    app = web.Application(client_max_size=_BODY_BYTES_MAX)
    recorder.set_up(app)
    control.add_routes(app)
    jobs.set_up(app, config)
    telegram.add_routes(app, config)
    gemini.add_routes(app, config)
    interactions.add_routes(app, config)
    vertex.add_routes(app, config)
    openai.add_routes(app, config)
    runway.add_routes(app, config)
    fal.add_routes(app, config)
    replicate.add_routes(app, config)
    kie.add_routes(app, config)
    kling.add_routes(app, config)
    lava.add_routes(app, config)
    midjourney.add_routes(app, config)
    open_web.add_routes(app)
    chat.add_routes(app)
    return app
