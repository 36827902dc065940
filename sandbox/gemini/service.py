"""The Gemini API over HTTP: keys, models and generateContent."""

import asyncio

from aiohttp import web

from sandbox.config import Config
from sandbox.gemini import answers, errors, studio
from sandbox.gemini.access import VERSION, keyed
from sandbox.gemini.files import FILES, Files
from sandbox.gemini.models import MODELS, Model
from sandbox.gemini.question import Question, read_question
from sandbox.gemini.refusals import find_refusal
from sandbox.jobs.magic import Magic, Word, Words, pick
from sandbox.recorder import RESETTERS, SERVICES, drop_connection

_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_FINISH_REASONS = {
    Word.POLICY_END: "IMAGE_SAFETY",
    Word.UNKNOWN_FINISH: "COSMIC_INTERFERENCE",
}
_TEXT_FINISH_REASONS = _FINISH_REASONS | {Word.POLICY_END: "SAFETY"}


def add_routes(app: web.Application, config: Config) -> None:
    service = GeminiService(config, app[FILES])
    app[RESETTERS].append(service.magic.reset)
    app[SERVICES]["gemini"] = "gemini"
    models = f"/gemini/{VERSION}/models"
    app.router.add_get(models, keyed(config, service.list_models))
    app.router.add_get(f"{models}/{{model}}", keyed(config, service.get_model))
    app.router.add_post(
        f"{models}/{{model}}:generateContent", keyed(config, service.generate_content)
    )


class GeminiService:
    def __init__(self, config: Config, files: Files | None = None) -> None:
        self._config = config
        self._files = files
        self.magic = Magic()

    async def list_models(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"models": [model.as_json() for model in MODELS.values()]})

    async def get_model(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(_model_of(request).as_json())

    async def generate_content(self, request: web.Request) -> web.StreamResponse:
        model = _model_of(request)
        question = read_question(await request.read(), model)
        await asyncio.to_thread(studio.check_media, question)
        self._check_links(question.links)
        words = self.magic.take_words(prompt=question.prompt, model=model.id)
        version = request.match_info["version"]
        if refusal := find_refusal(words, model=model.id, version=version):
            raise refusal
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        # Who is told to put words differently is not asked to do what they say.
        is_rewriting = question.is_instructed and not model.makes_images
        if Word.POLICY in words and not is_rewriting:
            return web.json_response(answers.prompt_blocked(question, model))
        answer = await self._work(question, model, words)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        return web.json_response(answer)

    def _check_links(self, links: tuple[str, ...]) -> None:
        """Links to uploaded files must lead to one that is active."""
        for link in links:
            _, is_file, file_id = link.rpartition("/files/")
            if self._files is not None and is_file:
                self._files.get_content(file_id)

    async def _work(self, question: Question, model: Model, words: Words) -> answers.Answer:
        await asyncio.sleep(self._delay_s(words, makes_image=question.wants_image))
        reasons = _FINISH_REASONS if model.makes_images else _TEXT_FINISH_REASONS
        if reason := pick(words, reasons):
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


def _model_of(request: web.Request) -> Model:
    asked = request.match_info["model"]
    if asked not in MODELS:
        raise errors.no_such_model(asked, request.match_info["version"])
    return MODELS[asked]
