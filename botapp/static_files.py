"""Static files by WhiteNoise, whole instead of streamed.

Under ASGI Django reads WhiteNoise's iterator to its end before it sends a byte, and warns of it.
Ours are small, and whole they cost neither a warning nor a second thread.
"""

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class WholeFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise is untyped
    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        # What is not modified has no type.
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
