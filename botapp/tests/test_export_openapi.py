import re

from django.core.management import call_command
from django.urls import URLPattern

from botapp.management.commands.export_openapi import document, render
from botapp.providers import registry
from config.urls import urlpatterns


def test_the_committed_document_is_not_stale():
    call_command("export_openapi", check=True)


def test_every_address_for_programs_is_described():
    routes = [f"/{route.pattern}" for route in urlpatterns if isinstance(route, URLPattern)]
    addresses = {re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route in routes}
    for_programs = {path for path in addresses if path.startswith(("/api/", "/metrics"))}

    assert for_programs <= set(document()["paths"])
    assert "/api/miniapp/lava-webhook" in document()["paths"]
    assert "/api/providers/{provider}/callback" in for_programs


def test_a_payment_needs_proof_and_its_refusals_are_described():
    described = document()

    started = described["paths"]["/api/miniapp/payments"]["post"]
    assert set(started["responses"]) == {"201", "default"}
    assert described["security"] == [{"miniApp": []}]


def test_a_callback_names_its_provider_and_its_proof():
    described = document()["paths"]["/api/providers/{provider}/callback"]["post"]

    assert set(described["parameters"][0]["schema"]["enum"]) == set(registry.ADAPTERS)
    assert described["security"] == [{"callbackAddress": []}]
    assert set(described["responses"]) == {"200", "400", "401", "503"}


def test_every_proof_is_described():
    described = document()
    operations = [operation for path in described["paths"].values() for operation in path.values()]

    asked = {name for each in operations for proof in each.get("security", []) for name in proof}
    assert asked | {"miniApp"} == set(described["components"]["securitySchemes"])


def test_rendering_quotes_what_yaml_would_misread():
    written = render({"200": {"on": ["yes", 5, None]}, "name": "« : »", "empty": {}})

    assert written.splitlines() == [
        '"200":',
        '  "on":',
        '    - "yes"',
        "    - 5",
        "    - null",
        'name: "« : »"',
        "empty: {}",
    ]
