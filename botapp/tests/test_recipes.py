"""Sharing how a result was made, and what `/start` with a payload opens."""

from urllib.parse import parse_qs, urlsplit

from aiogram.methods import EditMessageText, SendMessage, SendPhoto

from botapp.business import balance, bonuses, referrals
from botapp.handlers import deep_links
from botapp.models import AIModel, GenRequest, Promocode, Recipe, TgUser
from botapp.tests.cards import said
from botapp.tests.conftest import Chatter
from botapp.tests.test_history import work
from conftest import give_tokens


def calls(sent, kind):
    return [call for call in sent.calls if isinstance(call, kind)]


def share(phone, order):
    phone.press(f"order:share:{order.pk}")


def recipe_of(user, **fields):
    order = work(user, "shared", **fields)
    return Recipe.objects.create(author=user, request=order)


def test_sharing_gives_a_link_and_says_what_others_will_see(sent, phone, alice):
    order = work(alice, "a", prompt="кот", sources=({"file_id": "mine", "role": "image"},))

    share(phone, order)

    recipe = Recipe.objects.get()
    assert (recipe.author, recipe.request) == (alice, order)
    link = f"https://t.me/banana_test_bot?start=recipe_{recipe.code}"
    call = calls(sent, SendMessage)[-1]
    assert link in call.text
    assert "весь промт" in call.text
    assert "остаются только у вас" in call.text
    [[button]] = call.reply_markup.inline_keyboard
    asked = urlsplit(button.url)
    assert (asked.netloc, asked.path) == ("t.me", "/share/url")
    assert parse_qs(asked.query)["url"] == [link]
    assert "кот" not in parse_qs(asked.query)["text"][0]


def test_a_work_has_one_recipe_however_often_it_is_shared(sent, phone, alice):
    order = work(alice, "a")

    share(phone, order)
    phone.press(f"order:share:{order.pk}", message_id=501)

    recipe = Recipe.objects.get()
    assert len([text for text in said(sent) if recipe.code in text]) == 2


def test_nobody_shares_anothers_work_or_one_that_is_not_made(sent, phone, alice, boris):
    give_tokens(boris, 100)
    share(phone, work(boris, "b"))
    assert "не найден" in said(sent)[-1]

    unmade = work(alice, "a")
    GenRequest.objects.filter(pk=unmade.pk).update(status="error")
    share(phone, unmade)
    erased = work(alice, "c")
    GenRequest.objects.filter(pk=erased.pk).update(prompt="")
    share(phone, erased)

    assert not Recipe.objects.exists()


def test_a_new_person_is_greeted_and_gets_the_card(sent, alice):
    recipe = recipe_of(
        alice,
        prompt="кот в скафандре",
        params={"aspect_ratio": "16:9"},
        sources=({"file_id": "mine", "role": "image"},),
    )
    stranger = Chatter(7007, "Вера")

    stranger.say(f"/start recipe_{recipe.code}")

    vera = TgUser.objects.get(chat_id=7007)
    assert vera.balance.balance == bonuses.WELCOME_TOKENS
    assert "Вера" in said(sent)[0]
    shown = calls(sent, SendPhoto)[-1]
    assert shown.photo == f"preview-{recipe.request_id}-0"
    assert "Рецепт" in shown.caption
    laid = said(sent)[-1]
    assert "кот в скафандре" in laid
    assert "Nano Banana" in laid
    assert "1 фото" not in laid, "the author's photo is not given"
    assert "пришлите фото" in laid.lower()
    assert not any("mine" in str(call) for call in sent.calls)
    recipe.refresh_from_db()
    assert recipe.opened_count == 1


def test_an_order_by_a_recipe_remembers_it(sent, phone, boris, alice, card):
    give_tokens(boris, 100)
    recipe = recipe_of(boris, prompt="кот", params={"aspect_ratio": "16:9"})

    phone.say(f"/start recipe_{recipe.code}")
    card.tap("Формат: 16:9")
    card.tap("9:16")
    phone.say("рыжий кот")
    card.tap("Создать")

    order = GenRequest.objects.get(user=alice)
    assert (order.recipe_used, order.prompt) == (recipe, "рыжий кот")
    assert order.generation_params["aspect_ratio"] == "9:16"


def test_an_order_is_made_though_the_author_has_left(sent, phone, boris, alice, card):
    give_tokens(boris, 100)
    recipe = recipe_of(boris)
    phone.say(f"/start recipe_{recipe.code}")
    recipe.delete()

    card.tap("Создать")

    assert GenRequest.objects.get(user=alice).recipe_used is None


def test_a_known_person_is_not_greeted_again(sent, phone, boris, alice):
    give_tokens(boris, 100)
    recipe = recipe_of(boris)
    bonuses.grant_welcome(user=alice)

    phone.say(f"/start recipe_{recipe.code}")

    assert not [text for text in said(sent) if "Здравствуйте" in text or "Привет" in text]
    assert "Цена: ⚡" in said(sent)[-1]


def test_the_authors_own_visit_is_not_counted(sent, phone, alice):
    recipe = recipe_of(alice)

    phone.say(f"/start recipe_{recipe.code}")

    recipe.refresh_from_db()
    assert recipe.opened_count == 0
    assert "Цена: ⚡" in said(sent)[-1]


def test_a_model_that_is_gone_gives_way_to_another(sent, phone, rich, boris, card):
    give_tokens(boris, 1000)
    recipe = recipe_of(boris, model_slug="gpt-image-1", prompt="замок")
    AIModel.objects.filter(slug="gpt-image-1").update(is_active=False)

    phone.say(f"/start recipe_{recipe.code}")

    assert "больше нет: на карточке другая модель" in calls(sent, SendPhoto)[-1].caption
    assert "Nano Banana" in card.text
    assert "замок" in card.text


def test_a_film_gives_way_to_a_film(sent, phone, rich, boris, card):
    give_tokens(boris, 1000)
    film = {"kind": "video", "mime_type": "video/mp4", "model_slug": "sora2"}
    recipe = recipe_of(boris, **film)
    AIModel.objects.filter(slug="sora2").update(is_active=False)

    phone.say(f"/start recipe_{recipe.code}")

    others = AIModel.objects.on_sale().filter(type="video").values_list("display_name", flat=True)
    assert any(name in card.text for name in others)


def test_a_recipe_of_an_upscaled_picture_is_its_words(sent, phone, rich, boris, card):
    give_tokens(boris, 1000)
    recipe = recipe_of(boris, model_slug="midjourney-v7-fast", prompt="лес")
    GenRequest.objects.filter(pk=recipe.request_id).update(generation_type="upscale")

    phone.say(f"/start recipe_{recipe.code}")

    assert "по описанию" in card.text
    assert "лес" in card.text


def test_a_recipe_without_a_preview_still_opens(sent, phone, alice, boris, card):
    give_tokens(boris, 100)
    recipe = recipe_of(boris, previews=False)

    phone.say(f"/start recipe_{recipe.code}")

    assert [text for text in said(sent) if "Рецепт" in text]
    assert card.has("Создать")


def test_an_unknown_recipe_is_told_plainly(sent, phone, alice):
    phone.say("/start recipe_nothing")

    assert "Такого рецепта нет" in said(sent)[-1]
    assert not calls(sent, EditMessageText)


def test_a_payload_of_nobody_is_a_plain_start(sent, phone, alice):
    phone.say("/start whatever_1")

    assert "Алиса" in said(sent)[0]
    assert deep_links.find("whatever_1") is None


def test_english_people_read_english(sent, alice):
    recipe = recipe_of(alice)
    stranger = Chatter(7008, "Ann", language_code="en")

    stranger.say(f"/start recipe_{recipe.code}")

    assert "Change what you like" in calls(sent, SendPhoto)[-1].caption


def test_who_comes_by_a_recipe_was_invited_by_its_author(sent, alice, boris):
    recipe = recipe_of(alice)
    stranger = Chatter(7009, "Вера")

    stranger.say(f"/start recipe_{recipe.code}")
    stranger.say(f"/start recipe_{recipe.code}")

    vera = TgUser.objects.get(chat_id=7009)
    assert vera.balance.referred_by == alice
    assert not TgUser.objects.get(pk=alice.pk).balance.referred_by


def test_a_link_brings_an_invitation(sent, alice):
    stranger = Chatter(7010, "Вера")

    stranger.say(f"/start ref_{referrals.code_of(user_id=alice.pk)}")

    assert TgUser.objects.get(chat_id=7010).balance.referred_by == alice


def test_a_link_brings_a_promo_code(sent, phone, alice):
    Promocode.objects.create(code="SUMMER", value=25, max_uses=3)
    before = balance.get_balance(user_id=alice.pk)

    phone.say("/start promo_SUMMER")
    phone.say("/start promo_SUMMER")

    welcome = bonuses.WELCOME_TOKENS
    assert balance.get_balance(user_id=alice.pk) == before + welcome + 25
    assert "уже" in said(sent)[-1]
