import pytest

from botapp.tests.reference_prompt.web import serve


@pytest.fixture
def web():
    with serve() as web:
        yield web
