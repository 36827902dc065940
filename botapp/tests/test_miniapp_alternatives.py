"""After a refusal in the mini app: the same with another model, with the difference in price."""

from decimal import Decimal

from botapp.models import GenRequest
from botapp.tests import orders
from botapp.tests.miniapp import Page, code, page

__all__ = ["page"]


def test_other_models_are_told_with_the_difference_in_price(page, rich):
    order = orders.place(rich, quantity=1, status=GenRequest.Status.ERROR)

    others = page.get(f"generations/{order.pk}/alternatives").json()["alternatives"]

    image = next(one for one in others if one["slug"] == "flux-pro")
    assert image["price"] == "2.40"
    assert Decimal(image["difference"]) == Decimal("2.40") - order.cost
    assert image["label"] == "⚡ FLUX 1.1 Pro · ⚡2.40 (+1.60)"
    assert "nano-banana" not in {one["slug"] for one in others}
    assert "veo3-fast" not in {one["slug"] for one in others}


def test_nobody_is_told_of_anothers_order(page, rich, boris):
    order = orders.place(rich)

    assert code(Page(boris).get(f"generations/{order.pk}/alternatives")) == (404, "order_not_found")
    assert code(page.get("generations/x/alternatives")) == (404, "order_not_found")
