"""Between the list and the press a package may change: nobody pays for what they did not see."""

import pytest

from botapp.models import TokenPackage
from lavatop.tests.conftest import MiniApp
from lavatop.tests.lava import Lava


@pytest.mark.parametrize("changes", [{"price_usd": "6.00"}, {"credits": "90.00"}])
def test_a_package_that_has_changed_is_looked_at_before_it_is_paid(
    miniapp: MiniApp, lava: Lava, package: TokenPackage, changes: dict[str, str]
) -> None:
    (listed,) = miniapp.get("packages").json()["packages"]
    shown = {"price_usd": listed["price_usd"], "tokens": listed["tokens"]}
    bought = miniapp.buy(**shown)
    TokenPackage.objects.update(**changes)

    answer = miniapp.buy(request_id="request-0002", **shown)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "package_changed")
    assert answer.json()["error"]["message"] == (
        "Пакет тем временем изменился. Посмотрите на него ещё раз, прежде чем платить."
    )
    assert len(lava.created) == 1
    assert miniapp.buy(**shown).json()["id"] == bought.json()["id"]
