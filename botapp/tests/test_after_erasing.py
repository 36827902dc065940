"""Old buttons of somebody whose data is erased say so, and make and charge nothing."""

from decimal import Decimal

import pytest
from django.utils import timezone

from botapp import keyboards
from botapp.business import balance, personal_data
from botapp.catalog import Mode
from botapp.keyboards import OrderAction
from botapp.models import GenRequest, TextTask, UserSettings
from botapp.tests.cards import said
from botapp.tests.test_result_buttons import finished
from conftest import make_user

PRICE = Decimal("0.80")
NEEDING_WORDS_OR_FILES = (
    *(OrderAction.AGAIN, OrderAction.EDIT, OrderAction.EXTEND, OrderAction.PROMPT),
    *(OrderAction.MODELS, OrderAction.ANIMATE, OrderAction.SHARE),
)
FURTHER = (
    keyboards.AgainSurely(generation_id=1, price=PRICE),
    keyboards.FollowUp(mode=Mode.UPSCALE, generation_id=1, index=0),
    keyboards.FollowUpSurely(mode=Mode.UPSCALE, generation_id=1, index=0, price=PRICE),
    keyboards.OtherModel(generation_id=1, slug="gpt-image-1"),
    keyboards.OnResult(action=OrderAction.EDIT, generation_id=1, index=0),
    keyboards.OnResult(action=OrderAction.ANIMATE, generation_id=1, index=0),
    keyboards.Final(generation_id=1, price=PRICE),
    keyboards.Final(generation_id=1, price=PRICE, is_sure=True),
    keyboards.MakeSafer(generation_id=1),
)
BUTTONS = (
    *(keyboards.OnOrder(action=action, generation_id=1) for action in NEEDING_WORDS_OR_FILES),
    *FURTHER,
)

# Those that ask once more before a dear order.
ASKING = (
    keyboards.OnOrder(action=OrderAction.AGAIN, generation_id=1),
    keyboards.FollowUp(mode=Mode.UPSCALE, generation_id=1, index=0),
    keyboards.Final(generation_id=1, price=PRICE),
)


def erased(user):
    order = finished(user)
    personal_data.erase(user_id=user.pk, now=timezone.now())
    return order


def under(order, button):
    return button.model_copy(update={"generation_id": order.pk}).pack()


@pytest.mark.parametrize("button", BUTTONS, ids=lambda one: one.pack())
def test_every_old_button_says_that_the_work_is_deleted(sent, phone, rich, button):
    order = erased(rich)
    before = balance.get_balance(user_id=rich.pk)

    phone.press(under(order, button))

    [told] = [text for text in said(sent) if text]
    assert told.startswith("Эта работа удалена вместе с вашими данными")
    assert balance.get_balance(user_id=rich.pk) == before
    assert GenRequest.objects.count() == 1
    assert not TextTask.objects.exists()


@pytest.mark.parametrize("button", ASKING, ids=lambda one: one.pack())
def test_nothing_is_asked_about_a_price_of_what_is_deleted(sent, phone, rich, button):
    order = erased(rich)
    UserSettings.objects.update(confirm_above_tokens="0.50")

    phone.press(under(order, button))

    assert said(sent)[-1].startswith("Эта работа удалена")


def test_in_english_as_well(sent, phone, rich):
    order = erased(rich)
    UserSettings.objects.update(interface_language="en")

    phone.press(f"order:again:{order.pk}")

    assert "deleted together with your data" in said(sent)[-1]


def test_words_that_were_asked_for_before_are_answered_the_same(sent, phone, rich):
    order = finished(rich)
    phone.press(f"order:edit:{order.pk}")
    personal_data.erase(user_id=rich.pk, now=timezone.now())

    phone.say("сделай ярче")

    assert said(sent)[-1].startswith("Эта работа удалена")


def test_what_is_made_afterwards_goes_on_as_ever(sent, phone, rich):
    erased(rich)
    new = finished(rich, key="new")

    phone.press(f"order:again:{new.pk}")

    assert GenRequest.objects.filter(parent_request=new).exists()


def test_another_persons_deleted_work_is_simply_not_found(sent, phone, alice):
    order = erased(make_user(778, "Боб", tokens=50))

    phone.press(f"order:again:{order.pk}")

    assert said(sent)[-1] == "Такой заказ не найден."
