"""What the making page shows before anything is ordered: models, settings, prices, obstacles."""

import re
from decimal import Decimal

from django.test import Client

from botapp import catalog
from botapp.business import generation, users
from botapp.business.forms import offered_modes
from botapp.catalog import CARDS, Mode
from botapp.models import AIModel, GenRequest, Language
from botapp.tests.miniapp import Page, code, page

__all__ = ["page"]

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
READS = ["models", "generations", "generations/1"]


def models(page):
    return {model["slug"]: model for model in page.get("models").json()["models"]}


def test_every_model_on_sale_is_offered_with_its_words(page, rich):
    answer = page.get("models").json()

    found = {model["slug"]: model for model in answer["models"]}
    assert set(found) == {card.slug for card in CARDS}
    assert (answer["balance"], answer["language"]) == ("100100.00", "ru")
    assert answer["default_model"] == "nano-banana"
    banana = found["nano-banana"]
    assert (banana["kind"], banana["price_from"], banana["price_unit"]) == (
        "image",
        "0.80",
        "image",
    )
    assert [mode["mode"] for mode in banana["modes"]] == ["text2image", "image2image"]
    (given,) = banana["modes"][1]["inputs"]
    assert (given["role"], given["title"], given["is_required"]) == ("image", "Фото", True)


def test_nothing_of_the_cards_is_lost_and_follow_ups_are_left_out(page, rich):
    for slug, shown in models(page).items():
        card = catalog.BY_SLUG[slug]
        modes = {mode["mode"]: mode for mode in shown["modes"]}
        assert tuple(modes) == offered_modes(card)
        assert not {Mode.UPSCALE, Mode.VARIATION, Mode.EXTEND} & set(modes)
        for mode, described in modes.items():
            params = {param["name"]: param for param in described["params"]}
            assert {name: param["default"] for name, param in params.items()} == {
                name: param.default for name, param in card.params_in(Mode(mode)).items()
            }
            required = {one["role"] for one in described["inputs"] if one["is_required"]}
            assert required == catalog.REQUIRED_ROLES[Mode(mode)]


def test_a_parameter_says_how_it_is_set(page, rich):
    params = {
        param["name"]: param
        for model in models(page).values()
        for mode in model["modes"]
        for param in mode["params"]
    }

    assert {param["type"] for param in params.values()} == {"choice", "range", "switch", "text"}
    length = next(o for o in params["duration"]["options"] if o["value"] == 5)
    assert (params["duration"]["title"], length["label"]) == ("Длина", "5 с")
    assert params["weirdness"]["maximum"] == 3000
    assert params["negative_prompt"]["length_max"] > 0


def test_the_list_costs_as_many_queries_for_one_model_as_for_all(
    page, rich, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12) as all_of_them:
        assert len(models(page)) > 10
    AIModel.objects.exclude(slug="nano-banana").update(is_active=False)
    with django_assert_max_num_queries(12) as one:
        assert len(models(page)) == 1
    assert len(all_of_them) == len(one)


def test_what_is_off_sale_is_not_offered(page, alice):
    AIModel.objects.filter(slug="nano-banana").update(is_active=False)

    assert "nano-banana" not in models(page)
    assert code(page.quote()) == (422, "model_unavailable")
    assert code(page.order()) == (422, "model_unavailable")


def test_the_preferred_model_is_the_default(page, alice):
    pro = AIModel.objects.get(slug="nano-banana-pro")
    alice.settings.preferred_image_model = pro
    alice.settings.save()

    assert page.get("models").json()["default_model"] == pro.slug


def test_everything_is_in_the_persons_language(page, alice, rich):
    russian = models(page)["nano-banana"]
    refused = page.quote(prompt="").json()["obstacle"]["message"]
    users.change_language(user_id=alice.pk, language=Language.EN)

    english = models(page)["nano-banana"]
    assert (russian["modes"][0]["title"], english["modes"][0]["title"]) == (
        "по описанию",
        "from text",
    )
    assert (bool(russian["description"]), english["description"]) == (True, "")
    assert not CYRILLIC.search(str(models(page)))
    assert CYRILLIC.search(str(russian))
    assert page.quote(prompt="").json()["obstacle"]["message"] != refused


def test_a_quote_says_price_and_balance(page):
    quoted = page.quote(quantity=3).json()

    assert quoted == {
        "price": "2.40",
        "balance": "100.00",
        "balance_after": "97.60",
        "params": quoted["params"],
        "obstacle": None,
    }
    assert quoted["params"]["aspect_ratio"] == "1:1"
    assert not GenRequest.objects.exists()


def test_impossible_settings_give_way(page):
    quoted = page.quote(params={"aspect_ratio": "9:16", "no_such": 5, "seed": "x", "audio": True})

    assert quoted.status_code == 200
    assert quoted.json()["params"]["aspect_ratio"] == "9:16"
    assert "no_such" not in quoted.json()["params"]


INCOMPLETE = [
    ({"prompt": " "}, "empty_prompt"),
    ({"prompt": "к" * 100_000}, "prompt_too_long"),
    ({"prompt": "кот\0"}, "invalid_parameter"),
    ({"quantity": 999}, "invalid_parameter"),
    ({"mode": "image2image"}, "missing_input"),
    ({"inputs": [{"role": "image"}]}, "input_not_taken"),
    ({"inputs": [{"role": "video"}]}, "input_not_taken"),
    ({"mode": "image2image", "inputs": [{"role": "image"}] * 30}, "too_many_inputs"),
]


def test_an_incomplete_form_is_priced_and_says_what_is_wanting(page):
    for changes, obstacle in INCOMPLETE:
        quoted = page.quote(**changes)

        assert quoted.status_code == 200
        assert Decimal(quoted.json()["price"]) > 0
        assert quoted.json()["obstacle"]["code"] == obstacle
        assert quoted.json()["obstacle"]["message"]


def test_too_few_tokens_are_an_obstacle_with_what_is_missing(boris):
    quoted = Page(boris).quote().json()

    assert quoted["balance_after"] == "-0.80"
    obstacle = quoted["obstacle"]
    assert (obstacle["code"], obstacle["missing"]) == ("not_enough_tokens", "0.80")
    assert "⚡0.80" in obstacle["message"]


NONSENSE = [
    ({"model": "no-such"}, "model_unavailable"),
    ({"model": "nano\0"}, "model_unavailable"),
    ({"mode": "text2video"}, "invalid_parameter"),
    ({"mode": "upscale"}, "invalid_parameter"),
    ({"mode": "hologram"}, "malformed_request"),
    ({"inputs": [{"role": "soul"}]}, "malformed_request"),
    ({"inputs": [{"role": "image"}] * 1000}, "malformed_request"),
    ({"inputs": "image"}, "malformed_request"),
    ({"params": {"aspect_ratio": None}}, "malformed_request"),
    ({"params": {"aspect_ratio": ["1:1"]}}, "malformed_request"),
    ({"params": {str(number): 1 for number in range(100)}}, "malformed_request"),
    ({"quantity": 0}, "malformed_request"),
    ({"quantity": "many"}, "malformed_request"),
    ({"quantity": True}, "malformed_request"),
    ({"prompt": ["кот"]}, "malformed_request"),
]


def test_what_no_page_of_ours_sends_is_refused(page):
    for changes, refused in NONSENSE:
        assert code(page.quote(**changes)) == (422, refused)


NO_FORMS = [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b"[" * 100_000]


def test_bodies_that_are_no_form_are_refused(page):
    for body in NO_FORMS:
        for path in ("quotes", "generations"):
            assert code(page.post(path, body))[0] in (400, 422)


def test_half_a_character_is_no_prompt(page):
    body = b'{"model": "nano-banana", "mode": "text2image", "prompt": "\\ud800"}'

    assert code(page.post("quotes", body)) == (422, "malformed_request")


NO_PROOFS = ["", "tma hash=00", "tma хэш=я", "Bearer x"]


def test_nobody_comes_in_without_proof(db):
    for proof in NO_PROOFS:
        client, headers = Client(), {"Authorization": proof} if proof else {}
        writes = ["quotes", "uploads", "generations", "generations/1/cancel"]
        answers = [client.get(f"/api/miniapp/{path}", headers=headers) for path in READS]
        answers += [
            client.post(f"/api/miniapp/{path}", b"{}", "application/json", headers=headers)
            for path in writes
        ]

        assert {code(answer)[0] for answer in answers} == {401}


def test_old_proof_reads_but_does_not_order(alice):
    page = Page(alice, age_s=2 * 3600)

    assert page.get("models").status_code == page.quote().status_code == 200
    assert code(page.order()) == (401, "init_data_expired")
    page.age_s = 25 * 3600
    assert code(page.get("models")) == (401, "init_data_expired")
    assert not GenRequest.objects.exists()


def test_every_refusal_of_an_order_has_a_code_of_its_own():
    from botapp.miniapp_api.refusing import as_answer

    answer = as_answer(generation.TooManyActiveOrdersError(count_max=10))

    assert (answer.status, answer.code) == (422, "too_many_active_orders")
