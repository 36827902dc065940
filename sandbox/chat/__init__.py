"""The chat in the browser: static pages that speak only to the chat API of the same server."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"

# Mini app pages are framed from any address the bot names; everything else is our own.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "frame-src http: https:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


def add_routes(app: web.Application) -> None:
    """Serve the page at `/`, its parts below `/chat/static/` and the mini app script."""
    app.router.add_get("/", _page)
    app.router.add_get("/chat/", _page)
    app.router.add_get(r"/chat/static/{name:[a-z-]+\.(?:js|css|svg)}", _static_file)
    app.router.add_get("/js/telegram-web-app.js", _web_app_script)


async def _page(_: web.Request) -> web.FileResponse:
    return web.FileResponse(
        STATIC / "index.html",
        headers={
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        },
    )


async def _static_file(request: web.Request) -> web.FileResponse:
    path = STATIC / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(
        path, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    )


async def _web_app_script(_: web.Request) -> web.FileResponse:
    return web.FileResponse(
        STATIC / "telegram-web-app.js",
        headers={
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "no-cache",
        },
    )
