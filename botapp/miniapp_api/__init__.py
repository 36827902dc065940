"""Making over HTTP: `/api/miniapp/…`. Synchronous; mounted by `config.urls`."""

from botapp.miniapp_api.refusing import as_answer
from botapp.miniapp_api.routes import router

__all__ = ["as_answer", "router"]
