"""A provider that is off makes nothing: what nobody else can make is refused before it is paid."""

import pytest

from botapp.business import balance, generation
from botapp.models import GenRequest
from botapp.tests import orders
from botapp.tests.cards import said
from botapp.tests.test_result_buttons import finished


@pytest.fixture
def only(settings, rich):
    """Leave a single provider on."""

    def leave(name):
        settings.PROVIDERS = {name: settings.PROVIDERS[name]}

    return leave


def test_settings_that_no_enabled_provider_serves_are_refused_before_paying(only, rich):
    only("fal")
    wide = orders.new_order(
        rich, model_slug="gpt-image-1", params={"aspect_ratio": "3:2"}, key="wide"
    )
    before = balance.get_balance(user_id=rich.pk)

    with pytest.raises(generation.SettingsUnavailableError):
        generation.start(wide)

    assert balance.get_balance(user_id=rich.pk) == before
    assert not GenRequest.objects.exists()


def test_what_the_enabled_provider_serves_is_ordered(only, rich):
    only("fal")

    order = orders.place(rich, model_slug="gpt-image-1", params={"aspect_ratio": "16:9"})

    assert order.provider == "openai", "the route is chosen at work"


def test_the_chat_says_so_and_leaves_the_card(only, sent, phone, rich, card):
    only("kie")
    phone.press("model:kling-v3")
    phone.say("кот бежит")
    card.tap("Разрешение")
    card.tap("4K")

    card.tap("Создать")

    assert "С такими настройками" in said(sent)[-1]
    assert not GenRequest.objects.exists()


def test_a_final_that_nobody_can_make_is_not_offered(only, rich):
    draft = finished(rich, kind="video", model_slug="kling-v3", mime_type="video/mp4")
    assert generation.upgrade_price(draft) is not None

    only("kie")
    draft.refresh_from_db()

    assert generation.upgrade_price(draft) is None
