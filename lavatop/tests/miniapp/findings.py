"""What is serious for a person who sees or hears the page badly."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from lavatop.tests.miniapp.opened import MiniApp


def findings(mini: MiniApp, screen: str, *rules: str) -> dict[str, list[str]]:
    """The findings by name, and where each is."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    violations = Axe().run(mini.page, options=options).response["violations"]
    return {
        f"{screen}: {violation['id']}": [node["html"] for node in violation["nodes"]]
        for violation in violations
        if violation["impact"] in ("serious", "critical")
    }
