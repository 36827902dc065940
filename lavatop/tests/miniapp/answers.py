"""An API that answers the page by the contract, and remembers what it was asked."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from playwright.sync_api import Route

Body = dict[str, Any]

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800">
<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#f7b500"/>
<stop offset="1" stop-color="#7a3cf5"/></linearGradient></defs>
<rect width="800" height="800" fill="url(#g)"/><circle cx="400" cy="400" r="180" fill="#fff"/>
</svg>"""
PNG = ["image/png", "image/jpeg", "image/webp"]
MEGABYTE = 1024 * 1024


def choice(name: str, title: str, *values: str | int, default: str | int) -> Body:
    options = [{"value": value, "label": str(value)} for value in values]
    return param(name, title, "choice", options=options, default=default)


def param(name: str, title: str, kind: str, **more: Any) -> Body:
    empty = dict.fromkeys(["minimum", "maximum", "step", "length_max", "default"])
    return {"name": name, "title": title, "type": kind, "options": []} | empty | more


def taken(role: str, title: str, *, count_max: int = 1, is_required: bool = True) -> Body:
    return {
        "role": role,
        "title": title,
        "count_max": count_max,
        "is_required": is_required,
        "mime_types": PNG,
        "bytes_max": MEGABYTE,
        "seconds_max": None,
    }


def model(slug: str, name: str, kind: str, modes: list[Body], **more: Any) -> Body:
    return {
        "slug": slug,
        "name": name,
        "kind": kind,
        "description": f"{name}: быстро и точно следует описанию",
        "price_from": "1.60",
        "may_cost_more": True,
        "price_unit": "image" if kind == "image" else "second",
        "prompt_length_max": 40,
        "quantity_max": 4 if kind == "image" else 1,
        "usual_time_s": 20,
        "modes": modes,
    } | more


SHAPE = choice("aspect_ratio", "Формат", "1:1", "16:9", "9:16", "4:3", default="1:1")
BANANA = model(
    "nano-banana",
    "🍌 Nano Banana",
    "image",
    [
        {"mode": "text_to_image", "title": "из текста", "params": [SHAPE], "inputs": []},
        {
            "mode": "image_to_image",
            "title": "изменить фото",
            "params": [SHAPE],
            "inputs": [taken("image", "Фото", count_max=3)],
        },
    ],
)
JOURNEY = model(
    "journey",
    "Midjourney",
    "image",
    [
        {
            "mode": "text_to_image",
            "title": "из текста",
            "params": [
                SHAPE,
                param(
                    "weirdness", "Странность", "range", minimum=0, maximum=3000, step=50, default=0
                ),
                param("tile", "Узор без швов", "switch", default=False),
                param("negative_prompt", "Чего не должно быть", "text", length_max=200, default=""),
            ],
            "inputs": [],
        }
    ],
)
FILM = model(
    "veo",
    "Veo 3.1",
    "video",
    [
        {
            "mode": "image_to_video",
            "title": "оживить фото",
            "params": [SHAPE, choice("duration", "Длина", 4, 6, 8, default=8)],
            "inputs": [taken("first_frame", "Первый кадр")],
        }
    ],
)


def work(number: int, status: str = "done", **more: Any) -> Body:
    """One generation; a refused one got its tokens back."""
    is_failed = status == "error"
    return (
        ORDER
        | {
            "id": number,
            "status": status,
            "status_text": {"done": "готово", "error": "не получилось"}.get(status, "рисуем"),
            "prompt": f"кот номер {number}",
            "refunded": "3.20" if is_failed else "0.00",
            "net": "0.00" if is_failed else "3.20",
            "results": [result(number)] if status == "done" else [],
            "error": {"code": "policy", "message": "Модель отказалась."} if is_failed else None,
        }
        | more
    )


def result(number: int, index: int = 0) -> Body:
    return {
        "index": index,
        "url": f"/api/files/{number}",
        "thumbnail_url": f"/api/files/{number}-small",
        "mime_type": "image/png",
        "width": 800,
        "height": 800,
        "duration_s": None,
    }


ORDER: Body = {
    "model": {"slug": "journey", "name": "Midjourney"},
    "kind": "image",
    "mode": "text_to_image",
    "mode_title": "из текста",
    "params": {
        "aspect_ratio": "16:9",
        "weirdness": 500,
        "tile": True,
        "negative_prompt": "собаки",
    },
    "params_text": "16:9, странность 500",
    "quantity": 2,
    "price": "3.20",
    "balance": "46.80",
    "created_at": "2026-01-01T10:00:00Z",
    "elapsed_s": 8,
    "expected_s": 20,
    "position": None,
    "progress_percent": 40,
    "can_cancel": True,
    "can_reuse": True,
    "can_soften": False,
}


def written(status: str, text: str | None = None, message: str | None = None) -> Body:
    """A better prompt that was asked for."""
    return {"id": 5, "status": status, "text": text, "message": message}


@dataclass
class Api:
    """`asked` holds (method and path, body) in order; `refusals` are given once, by path."""

    balance: Decimal = Decimal(50)
    prices: dict[str, str] = field(default_factory=lambda: {"nano-banana": "1.60", "veo": "80.00"})
    language: str = "ru"
    confirm_above: str | None = None
    references: list[Body] = field(default_factory=list)
    works: list[Body] = field(default_factory=list)
    text: Body = field(default_factory=lambda: written("working"))
    sources: Body = field(default_factory=lambda: {"sources": [], "is_complete": True})
    alternatives: list[Body] = field(default_factory=list)
    refusals: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    authorizations: set[str | None] = field(default_factory=set)

    def bodies(self, call: str) -> list[Any]:
        return [body for asked, body in self.asked if asked == call]

    def answer(self, route: Route, path: str) -> None:
        request = route.request
        call = f"{request.method} {path}"
        is_upload = path == "uploads"
        body = None if is_upload or request.method == "GET" else request.post_data_json
        self.asked.append((call, body))
        self.authorizations.add(request.headers.get("authorization"))
        if path in self.refusals:
            status, code, message = self.refusals.pop(path)
            return _give(route, {"error": {"code": code, "message": message}}, status)
        status = 201 if call in ("POST uploads", "POST generations") else 200
        return _give(route, self._answers(path, body), status)

    def _answers(self, path: str, body: Any) -> Body:
        if path.startswith("texts"):
            return self.text
        if path.endswith("/sources"):
            return self.sources
        if path.endswith("/alternatives"):
            return {"alternatives": self.alternatives}
        if path.startswith("generations/"):
            number = path.split("/")[1]
            return next(each for each in self.works if str(each["id"]) == number)
        answers = {
            "models": self._models,
            "quotes": lambda: self._quote(body),
            "uploads": lambda: {"id": f"upload-{len(self.bodies('POST uploads'))}"},
            "generations": lambda: self._generations(is_order=body is not None),
            "packages": lambda: _shop(self.language),
        }
        return answers[path]()

    def _models(self) -> Body:
        return {
            "balance": f"{self.balance:.2f}",
            "language": self.language,
            "default_model": "nano-banana",
            "confirm_above": self.confirm_above,
            "references": self.references,
            "models": [BANANA, JOURNEY, FILM],
        }

    def _generations(self, *, is_order: bool) -> Body:
        if not is_order:
            return {"generations": self.works, "next_before": None}
        self.works.insert(0, work(7, "processing"))
        return self.works[0]

    def _quote(self, wish: Body) -> Body:
        price = Decimal(self.prices.get(wish["model"], "1.60")) * wish["quantity"]
        obstacle = None
        if not wish["prompt"].strip():
            obstacle = {"code": "empty_prompt", "message": "Опишите словами, что нужно."}
        return {
            "price": f"{price:.2f}",
            "balance": f"{self.balance:.2f}",
            "balance_after": f"{self.balance - price:.2f}",
            "params": wish["params"],
            "obstacle": obstacle,
        }


def _shop(language: str) -> Body:
    packages = [
        {
            "code": f"p{number}",
            "tokens": f"{number}",
            "tokens_text": f"{number} токенов",
            "price_usd": f"{number / 20:.2f}",
            "currency": "USD",
            "examples": [f"≈ {number} картинок"],
        }
        for number in (100, 500)
    ]
    return {"packages": packages, "balance": "50", "email": "a@b.cd", "language": language}


def _give(route: Route, body: Body, status: int) -> None:
    route.fulfill(status=status, content_type="application/json", body=json.dumps(body))
