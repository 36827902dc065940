"""Saved references in the chat: kept from a card, used with other models, renamed, deleted."""

import pytest
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage

from botapp.business import saved_references
from botapp.business.drafts import Draft, Source
from botapp.catalog import Kind, Role
from botapp.keyboards.card import CardAction, OnCard
from botapp.keyboards.saved import OnSaved, SavedAction
from botapp.models import GenRequest, SavedReference
from botapp.tests.cards import said, send_film

CHARACTER = SavedReference.Kind.CHARACTER


def save_photos(phone, card, name="Рыжий", *files):
    """Send photos, and keep them from the card under a name."""
    phone.press("model:nano-banana")
    for file_id in files or ("cat",):
        phone.send_photo(file_id)
    card.tap("Сохранить образец")
    phone.press("savedkind:character")
    phone.say(name)


def kept(user, name="Рыжий", *files):
    photos = tuple(Source(media=Kind.IMAGE, file_id=file) for file in files or ("cat",))
    draft = Draft(slug="nano-banana", sources=photos)
    return saved_references.save(user_id=user.pk, kind=CHARACTER, name=name, draft=draft)


def press(phone, action, reference):
    phone.press(OnSaved(action=action, reference_id=reference.pk).pack())


def calls(sent, kind):
    return [call for call in sent.calls if isinstance(call, kind)]


def labels(call):
    return [button.text for row in call.reply_markup.inline_keyboard for button in row]


def test_pictures_of_a_card_are_kept_under_a_name(sent, phone, alice, card):
    save_photos(phone, card, " Рыжий \n кот ", "cat", "paw")

    reference = SavedReference.objects.get(user=alice)
    assert (reference.name, reference.kind) == ("Рыжий кот", CHARACTER)
    assert [one["file_id"] for one in reference.sources] == ["cat", "paw"]
    assert "«Рыжий кот» сохранён" in said(sent)[-1]
    card.press("draft")
    assert "Опишите" in said(sent)[-1], "the card is still there, and has no words"


def test_a_reference_goes_into_another_model(sent, phone, rich, card):
    kept(rich, "Рыжий", "cat", "paw")
    phone.press("model:gpt-image-1")
    phone.say("кот в лодке")

    card.tap("Мои образцы")
    card.tap("🧑 Рыжий")

    assert "2 фото" in card.text
    card.tap("Создать")
    order = GenRequest.objects.get()
    assert [one["file_id"] for one in order.source_media] == ["cat", "paw"]
    assert order.prompt == "кот в лодке"


def test_the_same_reference_twice_adds_nothing(sent, phone, alice, card):
    reference = kept(alice)
    phone.say("кот")
    for _ in range(2):
        card.press(OnCard(action=CardAction.REFERENCE, name=str(reference.pk), value="").pack())

    assert "1 фото" in card.text


def test_what_does_not_fit_is_left_out_and_said(sent, phone, rich, card):
    kept(rich, "Рыжий", "cat", "paw")
    phone.press("model:sora2")
    phone.say("кот бежит")

    card.tap("Мои образцы")
    card.tap("🧑 Рыжий")

    assert "поместились не все" in (calls(sent, AnswerCallbackQuery)[-1].text or "")
    card.tap("Создать")
    [source] = GenRequest.objects.get().source_media
    assert source["file_id"] == "cat", "the first one stays"


def test_a_card_without_references_says_how_to_get_one(sent, phone, alice, card):
    phone.say("кот")
    assert not card.has("Сохранить образец"), "there is nothing to save"

    card.tap("Мои образцы")

    assert "Образцов пока нет" in calls(sent, AnswerCallbackQuery)[-1].text


def test_a_model_without_pictures_offers_none(sent, phone, rich, card):
    phone.press("model:flux-pro")
    phone.say("кот")

    assert not card.has("Мои образцы")


def test_films_and_masks_are_not_kept(alice):
    film = Source(media=Kind.VIDEO, file_id="film")
    mask = Source(media=Kind.IMAGE, file_id="mask", role=Role.MASK)
    photo = Source(media=Kind.IMAGE, storage_key="results/1/0", mime_type="image/png")

    with pytest.raises(saved_references.NothingToSaveError):
        saved_references.save(
            user_id=alice.pk, kind=CHARACTER, name="x", draft=Draft("a", sources=(film, mask))
        )
    reference = saved_references.save(
        user_id=alice.pk, kind=CHARACTER, name="x", draft=Draft("a", sources=(mask, photo))
    )

    assert reference.sources == [
        {"media": "image", "storage_key": "results/1/0", "mime_type": "image/png"}
    ]


def test_a_film_on_the_card_cannot_be_saved(sent, phone, rich, card):
    phone.press("model:runway-aleph")
    send_film(phone, caption="сделай зиму")

    assert not card.has("Сохранить образец")


@pytest.mark.parametrize(
    ("name", "answer"),
    [("я" * 41, "от 1 до 40"), ("рыжий", "уже есть"), ("Рыжий", "уже есть")],
)
def test_a_bad_name_can_be_sent_again(sent, phone, alice, card, name, answer):
    kept(alice)
    save_photos(phone, card, name, "dog")
    assert answer in said(sent)[-1]

    phone.say("Пёс")

    assert set(SavedReference.objects.values_list("name", flat=True)) == {"Рыжий", "Пёс"}


def test_the_same_name_is_free_for_another_person(alice, boris):
    assert kept(alice).pk != kept(boris).pk


def test_fifty_are_enough(sent, phone, alice, card):
    SavedReference.objects.bulk_create(
        SavedReference(user=alice, name=str(number), sources=[{"file_id": "a"}])
        for number in range(50)
    )

    save_photos(phone, card)

    assert "уже 50 образцов" in said(sent)[-1]
    assert SavedReference.objects.count() == 50


def test_a_name_that_comes_after_the_card_is_gone_saves_nothing(sent, phone, alice, card):
    phone.say("/references")

    phone.press("savedkind:style")

    assert "карточка устарела" in calls(sent, AnswerCallbackQuery)[-1].text.lower()
    assert not SavedReference.objects.exists()


def test_another_press_on_the_card_ends_the_naming(sent, phone, alice, card):
    phone.send_photo("cat", caption="кот")
    phone.press("model:nano-banana")
    phone.send_photo("cat")
    card.tap("Сохранить образец")
    phone.press("savedkind:character")
    card.press(OnCard(action=CardAction.BACK).pack())

    phone.say("кот в лодке")

    assert "кот в лодке" in card.text
    assert not SavedReference.objects.exists()


def test_the_list_shows_what_is_kept(sent, phone, alice, boris):
    kept(alice, "Рыжий <кот>")
    kept(boris, "Чужой")

    phone.say("/references")

    [call] = calls(sent, SendMessage)
    assert labels(call) == ["🧑 Рыжий <кот>"]


def test_an_empty_list_says_how_to_begin(sent, phone, alice):
    phone.say("/references")

    assert "Пока ничего не сохранено" in said(sent)[-1]


def test_a_reference_begins_a_card(sent, phone, alice, card):
    reference = kept(alice, "Рыжий", "cat", "paw")

    press(phone, SavedAction.OPEN, reference)
    assert "2 фото" in calls(sent, EditMessageText)[-1].text
    press(phone, SavedAction.USE, reference)

    assert "2 фото" in card.text
    assert "Nano Banana" in card.text


def test_a_reference_is_renamed(sent, phone, alice):
    reference = kept(alice, "Рыжий")
    kept(alice, "Пёс")

    press(phone, SavedAction.RENAME, reference)
    phone.say("Пёс")
    assert "уже есть" in said(sent)[-1]
    phone.say("Рыжий <2>")

    reference.refresh_from_db()
    assert reference.name == "Рыжий <2>"
    assert "«Рыжий &lt;2&gt;»" in said(sent)[-1]


def test_a_reference_is_deleted_after_one_more_question(sent, phone, alice):
    reference = kept(alice)

    press(phone, SavedAction.DELETE, reference)
    assert SavedReference.objects.exists()
    assert labels(calls(sent, EditMessageText)[-1])[0] == "🗑 Да, удалить"
    press(phone, SavedAction.DELETE_SURELY, reference)

    assert not SavedReference.objects.exists()
    assert "Пока ничего не сохранено" in calls(sent, EditMessageText)[-1].text
    press(phone, SavedAction.OPEN, reference)
    assert "Этого образца больше нет" in said(sent)[-1]


@pytest.mark.parametrize("action", set(SavedAction) - {SavedAction.LIST})
def test_nobody_reaches_anothers_reference(sent, phone, alice, boris, action):
    reference = kept(boris, "Чужой", "secret")

    press(phone, action, reference)

    assert SavedReference.objects.filter(name="Чужой").exists()
    assert not [call for call in sent.calls if "Чужой" in str(call) or "secret" in str(call)]


def test_nobody_puts_anothers_reference_on_a_card(sent, phone, alice, boris, card):
    reference = kept(boris, "Чужой", "secret")
    phone.say("кот")

    for name in (str(reference.pk), "x", "²", "9" * 9):
        card.press(OnCard(action=CardAction.REFERENCE, name=name).pack())
        assert "Этого образца больше нет" in said(sent)[-1]

    assert "фото" not in card.text


def test_a_reference_kept_by_the_page_is_read_as_well(alice):
    """The mini app keeps files of ours, and says nothing of their kind."""
    reference = SavedReference.objects.create(
        user=alice, name="a", sources=[{"storage_key": "uploads/1", "mime_type": "image/png"}]
    )

    draft = saved_references.put_on(None, user_id=alice.pk, reference_id=reference.pk)

    assert draft.sources == (
        Source(media=Kind.IMAGE, storage_key="uploads/1", mime_type="image/png"),
    )
