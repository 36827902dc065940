"""Vertex AI over HTTP: Veo's long-running operations and generateContent (notes, 1.10 and 2.1)."""

import base64
import uuid
from typing import Any

from aiohttp import web

from sandbox.config import Config
from sandbox.gemini import errors
from sandbox.gemini.errors import GoogleError, invalid_argument
from sandbox.gemini.question import read_json
from sandbox.gemini.refusals import find_refusal
from sandbox.gemini.service import GeminiService
from sandbox.jobs import WORKSHOP, Failure, Job, Kind, State, Word, Words, base_url, open_book
from sandbox.recorder import RESETTERS, SERVICES, drop_connection
from sandbox.vertex.films import order_films, read_parameters
from sandbox.vertex.instance import read_instance
from sandbox.vertex.models import VEO_MODELS, VeoModel
from sandbox.vertex.tokens import TOKEN_PATH, Tokens, unauthenticated

_MODEL = (
    "/vertex/{version:v1|v1beta1}/projects/{project}/locations/{location}"
    "/publishers/google/models/{model:[^/:]+}"
)
_RESPONSE_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
_FILTERED = (
    "Veo could not generate videos because the output violated Google's Responsible AI practices."
    " If you think this was an error, send feedback. Support codes: 58061214"
)
_GARBAGE = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_INTERNAL = 13
_INVALID_ARGUMENT = 3


def add_routes(app: web.Application, config: Config) -> None:
    app[SERVICES]["vertex"] = "vertex"
    tokens, veo, gemini = Tokens(config), Veo(app, config), GeminiService(config)
    app[RESETTERS].append(gemini.magic.reset)
    router = app.router
    router.add_post(TOKEN_PATH, tokens.issue)
    router.add_post(f"{_MODEL}:predictLongRunning", tokens.guarded(veo.submit))
    router.add_post(f"{_MODEL}:fetchPredictOperation", tokens.guarded(veo.poll))
    router.add_post(f"{_MODEL}:generateContent", tokens.guarded(gemini.generate_content))


class Veo:
    def __init__(self, app: web.Application, config: Config) -> None:
        self._config = config
        self._workshop = app[WORKSHOP]
        self._book = open_book(app)

    async def submit(self, request: web.Request) -> web.StreamResponse:
        model = _model_of(request)
        body = read_json(await request.read())
        instance = await read_instance(body, model)
        given = body.get("parameters")
        asked = read_parameters(given if isinstance(given, dict) else {}, instance, model)
        model_id = request.match_info["model"]
        words = self._book.magic.take_words(prompt=instance.prompt, model=model_id)
        if refusal := _find_refusal(words, model_id):
            raise refusal
        if Word.GARBAGE in words:
            return web.Response(text=_GARBAGE, content_type="text/html")
        job = Job(
            id=f"{_resource(request)}/operations/{uuid.uuid4()}",
            kind=Kind.VIDEO,
            model=model_id,
            prompt=instance.prompt,
            words=words,
            works=order_films(instance, asked, model),
            base_url=base_url(request, self._config),
        )
        self._book.add(job)
        if Word.TIMEOUT_AFTER_ACCEPT in words:
            return drop_connection(request)
        return web.json_response({"name": job.id})

    async def poll(self, request: web.Request) -> web.StreamResponse:
        name = str(read_json(await request.read()).get("operationName", ""))
        job = self._book.find(name)
        if job is None or not name.startswith(_resource(request)):
            raise GoogleError(404, "NOT_FOUND", f"Operation {name} is not found.")
        state = self._book.look(job).state
        if state is State.BROKEN:
            raise errors.internal()
        if state is State.UNKNOWN:
            metadata = {"genericMetadata": {"state": "PONDERING"}}
            return web.json_response({"name": name, "done": False, "metadata": metadata})
        if state not in (State.DONE, State.FAILED):
            return web.json_response({"name": name})
        if Word.EXPIRED in job.words:
            raise GoogleError(404, "NOT_FOUND", f"Operation {name} is not found.")
        return web.json_response({"name": name, "done": True, **await self._end(job)})

    async def _end(self, job: Job) -> dict[str, Any]:
        response: dict[str, Any] = {"@type": _RESPONSE_TYPE, "raiMediaFilteredCount": 0}
        if job.failure is Failure.POLICY:
            filtered = {
                "raiMediaFilteredCount": len(job.works),
                "raiMediaFilteredReasons": [_FILTERED] * len(job.works),
            }
            return {"response": response | filtered}
        if job.failure is not None:
            code = _INVALID_ARGUMENT if job.failure is Failure.INPUT else _INTERNAL
            return {"error": {"code": code, "message": "The generation failed."}}
        if Word.UNKNOWN_FINISH in job.words:
            return {"error": {"code": 99, "message": "Cosmic interference."}}
        works = job.works if job.has_media else ()
        films = [await self._workshop.studio.make(work) for work in works]
        videos = [
            {"bytesBase64Encoded": base64.b64encode(film).decode(), "mimeType": "video/mp4"}
            for film in films
        ]
        return {"response": response | {"videos": videos}}


def _model_of(request: web.Request) -> VeoModel:
    asked = request.match_info["model"]
    if asked not in VEO_MODELS:
        raise _gone(asked)
    return VEO_MODELS[asked]


def _resource(request: web.Request) -> str:
    place = request.match_info
    return (
        f"projects/{place['project']}/locations/{place['location']}"
        f"/publishers/google/models/{place['model']}"
    )


def _find_refusal(words: Words, model: str) -> GoogleError | None:
    """Vertex has words of its own for keys, money, models and prompts."""
    own = {
        Word.BAD_KEY: unauthenticated(),
        Word.NO_CREDIT: _no_billing(),
        Word.GONE: _gone(model),
        Word.POLICY: invalid_argument(
            "The prompt could not be submitted. It contains words that violate Vertex AI's usage"
            " guidelines. Support codes: 58061214"
        ),
    }
    said = next((word for word in own if word in words), None)
    return own[said] if said else find_refusal(words, model=model, version="v1beta1")


def _gone(model: str) -> GoogleError:
    message = (
        f"Publisher Model `publishers/google/models/{model}` was not found or your project does"
        " not have access to it."
    )
    return GoogleError(404, "NOT_FOUND", message)


def _no_billing() -> GoogleError:
    reason = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "BILLING_DISABLED",
        "domain": "googleapis.com",
    }
    message = "This API method requires billing to be enabled."
    return GoogleError(403, "PERMISSION_DENIED", message, [reason])
