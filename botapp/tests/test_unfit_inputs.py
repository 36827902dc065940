"""Pictures that a provider is known to refuse are refused by us, before anything is paid."""

from uuid import uuid4

import pytest

from botapp.business import balance, drafts
from botapp.catalog import Mode
from botapp.models import AIModel, GenRequest, GenResult, Upload
from botapp.tests.cards import said, send_file
from botapp.tests.conftest import png
from botapp.tests.miniapp import Page, code, page, rings
from botapp.tests.test_result_buttons import finished

__all__ = ["page", "rings"]

TOO_SMALL = "Картинка слишком маленькая: этой модели нужно не меньше 300 пикселей по каждой стороне"
TOO_NARROW = "Картинка слишком узкая: для этой модели одна сторона может быть длиннее другой"
UNFIT = [
    ("kling-v3", (200, 900), TOO_SMALL),
    ("kling-v2-1-master", (1280, 500), TOO_NARROW),
    ("kling_O1", (299, 299), TOO_SMALL),
    ("runway_gen45", (2100, 1000), TOO_NARROW),
    ("runway_gen4", (1000, 2100), TOO_NARROW),
    ("runway_aleph", (1000, 2100), TOO_NARROW),
]
FIT = [
    ("kling-v3", (300, 750)),
    ("kling-v2-5-turbo", (750, 300)),
    ("runway_gen45", (100, 200)),
    ("veo3-fast", (90, 900)),
]


@pytest.mark.parametrize(("slug", "size", "sentence"), UNFIT)
def test_a_photo_is_refused_when_it_comes(sent, phone, rich, slug, size, sentence):
    phone.press(f"model:{slug}")

    phone.send_photo("photo", size=size, caption="пусть оживёт")

    assert sentence in said(sent)[-1]
    assert not GenRequest.objects.exists()


def test_it_is_said_in_english_too(sent, phone, rich):
    rich.settings.interface_language = "en"
    rich.settings.save()
    phone.press("model:kling-v3")

    phone.send_photo("photo", size=(1280, 500))

    assert "one side may be at most 2.5 times as long as the other" in said(sent)[-1]


@pytest.mark.parametrize(("slug", "size"), FIT)
def test_at_the_limit_it_is_taken(sent, phone, rich, card, slug, size):
    phone.press(f"model:{slug}")

    phone.send_photo("photo", size=size, caption="пусть оживёт")
    card.tap("Создать")

    [order] = GenRequest.objects.all()
    assert order.generation_type == Mode.IMAGE_TO_VIDEO


def test_a_model_chosen_afterwards_does_not_take_it_either(sent, phone, rich, card):
    phone.press("model:veo3-fast")
    phone.send_photo("photo", size=(1280, 500), caption="пусть оживёт")
    card.tap("Veo 3.1 Fast")
    card.tap("Kling 3.0 ·")

    assert "Эта модель берёт не все ваши файлы" in "\n".join(said(sent))
    assert "Kling 3.0" in card.text
    card.tap("Создать")
    assert GenRequest.objects.get().source_media == []


def test_a_file_whose_size_only_its_bytes_tell_is_paid_back_with_the_reason(
    sent, phone, rich, card, work
):
    before = balance.get_balance(user_id=rich.pk)
    phone.press("model:kling-v3")
    send_file(phone, "small", "image/png")
    phone.say("пусть оживёт")
    sent.files = {"small": png((200, 200))}
    card.tap("Создать")

    work()

    order = GenRequest.objects.get()
    assert (order.status, order.error_code) == (GenRequest.Status.ERROR, "unfit_input")
    assert balance.get_balance(user_id=rich.pk) == before
    assert "Эта модель не берёт такую маленькую или такую узкую картинку" in said(sent)[-1]


def test_a_narrow_result_comes_to_life_by_a_model_that_takes_it(rich):
    rich.settings.preferred_video_model = AIModel.objects.get(slug="kling-v3")
    rich.settings.save()
    order = finished(rich)
    fitting = drafts.animate(user_id=rich.pk, generation_id=order.pk, result_index=0)
    GenResult.objects.update(width=4000, height=1000)

    draft = drafts.animate(user_id=rich.pk, generation_id=order.pk, result_index=0)

    assert (fitting.slug, draft.slug) == ("kling-v3", "veo3-fast")
    moved = drafts.choose_model(draft, "runway_gen45")
    assert moved.sources == (), "its size is known on the card as well"


def test_the_mini_app_knows_the_limits_and_refuses_by_them(page, rich, rings):
    offered = {model["slug"]: model for model in page.get("models").json()["models"]}
    facts = {"mime_type": "image/jpeg", "size_bytes": 9, "width": 200, "height": 200}
    upload = Upload.objects.create(id=uuid4(), user=rich, storage_key="uploads/1.jpg", **facts)
    given = [{"role": "first_frame", "upload_id": str(upload.pk)}]
    asked = {"model": "kling-v3", "mode": "image2video", "inputs": given, "price": "8.40"}

    answer = page.order(**asked)

    [mode] = [one for one in offered["kling-v3"]["modes"] if one["mode"] == "image2video"]
    [frame] = mode["inputs"]
    assert (frame["side_min"], frame["ratio_max"]) == (300, 2.5)
    assert code(answer) == (422, "picture_too_small")
    assert answer.json()["error"]["message"].startswith(TOO_SMALL)
    assert not GenRequest.objects.exists()


def test_a_strangers_upload_tells_nothing_of_its_size(page, rich, boris):
    facts = {"mime_type": "image/jpeg", "size_bytes": 9, "width": 200, "height": 200}
    upload = Upload.objects.create(id=uuid4(), user=rich, storage_key="uploads/1.jpg", **facts)
    given = [{"role": "first_frame", "upload_id": str(upload.pk)}]

    answer = Page(boris).order(model="kling-v3", mode="image2video", inputs=given, price="8.40")

    assert code(answer) == (404, "upload_not_found")
