"""Stand-in of the Gemini API: image models that draw, text models that write, and their files."""

from aiohttp import web

from sandbox.config import Config
from sandbox.gemini import service, uploads

__all__ = ["add_routes"]


def add_routes(app: web.Application, config: Config) -> None:
    uploads.add_routes(app, config)
    service.add_routes(app, config)
