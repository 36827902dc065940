"""The Gemini API over HTTP: keys, models and generateContent."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.config import Config
from sandbox.gemini import answers, errors, studio
from sandbox.gemini.errors import GoogleError
from sandbox.gemini.models import MODELS, Model
from sandbox.gemini.question import Question, read_question
from sandbox.gemini.refusals import find_refusal
from sandbox.jobs.magic import Magic, Word, Words, pick
from sandbox.recorder import RESETTERS, SERVICES, drop_connection

_VERSION = "{version:v1|v1beta}"
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_FINISH_REASONS = {
    Word.POLICY_END: "IMAGE_SAFETY",
    Word.UNKNOWN_FINISH: "COSMIC_INTERFERENCE",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, config: Config) -> None:
    service = GeminiService(config)
    app[RESETTERS].append(service.magic.reset)
    app[SERVICES]["gemini"] = "gemini"
    models = f"/gemini/{_VERSION}/models"
    app.router.add_get(models, service.refusing(service.list_models))
    app.router.add_get(f"{models}/{{model}}", service.refusing(service.get_model))
    app.router.add_post(
        f"{models}/{{model}}:generateContent", service.refusing(service.generate_content)
    )


class GeminiService:
    def __init__(self, config: Config) -> None:
        self._config = config
        self.magic = Magic()

    def refusing(self, handle: Handler) -> Handler:
        """Check the key first, as the API does, and answer refusals in its shape."""

        async def handle_or_refuse(request: web.Request) -> web.StreamResponse:
            try:
                self._check_key(request)
                return await handle(request)
            except GoogleError as refusal:
                return web.json_response(refusal.as_json(), status=refusal.code)

        return handle_or_refuse

    async def list_models(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"models": [model.as_json() for model in MODELS.values()]})

    async def get_model(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(_model_of(request).as_json())

    async def generate_content(self, request: web.Request) -> web.StreamResponse:
        model = _model_of(request)
        question = read_question(await request.read(), model)
        await asyncio.to_thread(studio.check_images, question)
        words = self.magic.take_words(prompt=question.prompt, model=model.id)
        version = request.match_info["version"]
        if refusal := find_refusal(words, model=model.id, version=version):
            raise refusal
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        if Word.POLICY in words:
            return web.json_response(answers.prompt_blocked(question, model))
        answer = await self._work(question, model, words)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        return web.json_response(answer)

    async def _work(self, question: Question, model: Model, words: Words) -> answers.Answer:
        await asyncio.sleep(self._delay_s(words, makes_image=question.wants_image))
        if reason := pick(words, _FINISH_REASONS):
            return answers.stopped(question, model, reason)
        if Word.NO_IMAGE in words or not question.wants_image:
            return await asyncio.to_thread(studio.make_text, question, model)
        return await asyncio.to_thread(studio.make_image, question, model)

    def _delay_s(self, words: Words, *, makes_image: bool) -> float:
        if Word.SLOW in words:
            return self._config.slow_delay_s
        if Word.FAST in words:
            return 0.0
        return self._config.image_delay_s if makes_image else self._config.text_delay_s

    def _check_key(self, request: web.Request) -> None:
        key = request.headers.get("x-goog-api-key") or request.query.get("key", "")
        if not hmac.compare_digest(key.encode(), self._config.gemini_api_key.encode()):
            raise errors.bad_key()


def _model_of(request: web.Request) -> Model:
    asked = request.match_info["model"]
    if asked not in MODELS:
        raise errors.no_such_model(asked, request.match_info["version"])
    return MODELS[asked]
