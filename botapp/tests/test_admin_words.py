"""Operators read Russian: the labels of our tables, refusals, and the look's own words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import unfold
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from botapp.models import AIModel, GenRequest, PricingSettings, Promocode, PromocodeUse, TextTask
from botapp.tests.test_admin import add_life, busy_day, operator, page
from config.unfold_words import UNFOLD_WORDS

__all__ = ["busy_day", "operator"]

CYRILLIC = re.compile("[А-Яа-яЁё]")
# Names, the same in both languages.
STAY = {"ID", "id", "Telegram id", "⚡", "English", "Lava.top"}
SAID_BY_TAG = re.compile(r"""\{%-?\s*trans(?:late)?\s+("[^"]*"|'[^']*')""")
SAID_BY_CALL = re.compile(r"""\b_\(\s*((?:\s*(?:"[^"]*"|'[^']*'))+)""")
LISTS = [AIModel, GenRequest, Promocode, TextTask]


@pytest.fixture
def request_of_operator(db: None, rf: RequestFactory) -> Any:
    request = rf.get("/")
    request.user = User.objects.create_superuser("vera", password="x")
    return request


def fields_shown(site_admin: Any, request: Any) -> Iterator[tuple[str, str]]:
    """Names an operator sees of one table, with the label of each."""
    tables = [site_admin, *site_admin.get_inline_instances(request)]
    for table in tables:
        names = flatten_fieldsets(table.get_fieldsets(request, table.model()))
        if table is site_admin:
            names += [*table.get_list_display(request), *filters(table, request)]
        for name in dict.fromkeys(names):
            label = label_for_field(name, table.model, table)
            yield f"{table.model.__name__}.{name}", str(label)


def filters(table: Any, request: Any) -> list[str]:
    found = [one[0] if isinstance(one, tuple) else one for one in table.get_list_filter(request)]
    return [name for name in found if "__" not in name]


def choices_of(model: type[Model]) -> Iterator[tuple[str, str]]:
    for field in model._meta.concrete_fields:
        for _value, label in field.flatchoices:
            yield f"{model.__name__}.{field.name}", str(label)


def english_among(labels: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (name, label) for name, label in labels if label not in STAY and not CYRILLIC.search(label)
    ]


def test_every_label_of_every_table_is_russian(request_of_operator: Any, client: Client) -> None:
    client.get(reverse("admin:login"))  # loads the admin
    english = []
    with translation.override("ru"):
        for model, table in admin.site._registry.items():
            english += english_among(fields_shown(table, request_of_operator))
            english += english_among(choices_of(model))

    assert english == []


def said_by_unfold() -> set[str]:
    """All sentences of unfold itself; its extras (`contrib`) are not installed here."""
    root = Path(unfold.__file__).parent
    said = set()
    for path in root.rglob("*.*"):
        if path.suffix not in {".html", ".py"} or "contrib" in path.parts:
            continue
        text = path.read_text()
        said |= {joined(found) for found in SAID_BY_TAG.findall(text) + SAID_BY_CALL.findall(text)}
    return said


def joined(literals: str) -> str:
    """What a run of quoted pieces says."""
    return "".join(piece[1:-1] for piece in re.findall(r""""[^"]*"|'[^']*'""", literals))


def test_every_word_of_the_look_has_its_russian() -> None:
    said = {text for text in said_by_unfold() if re.search("[A-Za-z]{2}", text)}
    with translation.override("ru"):
        english = {text for text in said if not CYRILLIC.search(translation.gettext(text))}

    assert english == set()
    assert set(UNFOLD_WORDS) <= said


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("asked", [{}, {"q": "никогда"}], ids=["rows", "nothing found"])
def test_a_list_says_nothing_of_the_look_in_english(
    client: Client, operator: User, busy_day: None, model: type[Model], asked: dict[str, str]
) -> None:
    shown = client.get(page(model, "changelist"), asked).content.decode()

    seen = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", "\n", shown, flags=re.DOTALL)
    lines = {line.strip() for line in seen.splitlines()}
    quoted = set(re.findall(r"""(?:placeholder|aria-label|title)="([^"]*)\"""", shown))
    assert (lines | quoted) & set(UNFOLD_WORDS) == set()
    assert "Фильтры" in shown


def test_the_look_stays_english_for_who_reads_english() -> None:
    with translation.override("en"):
        assert [translation.gettext(word) for word in UNFOLD_WORDS] == list(UNFOLD_WORDS)


def sent_form(client: Client, model: type[Model], pk: int) -> dict[str, Any]:
    form = client.get(page(model, "change", pk)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "-1"}, "Промокод должен давать больше нуля"),
        ({"max_uses": "2"}, "Промокод уже активировали больше раз, чем разрешено здесь"),
    ],
)
def test_a_refused_promo_code_is_told_once_and_plainly(
    client: Client, operator: User, wrong: dict[str, str], said: str
) -> None:
    promocode = Promocode.objects.create(code="SALE", value=5, max_uses=9, current_uses=3)
    sent = sent_form(client, Promocode, promocode.pk) | {
        "valid_from_0": "01.05.2026",
        "valid_from_1": "12:00:00",
    }

    response = client.post(page(Promocode, "change", promocode.pk), sent | wrong)

    assert response.context["adminform"].form.errors == {"__all__": [said]}


def test_a_refused_cost_is_told_once_and_plainly(
    client: Client, operator: User, catalog: None
) -> None:
    model = AIModel.objects.get(slug="nano-banana")
    sent = sent_form(client, AIModel, model.pk) | {"base_cost_usd": "-0.01"}

    response = client.post(page(AIModel, "change", model.pk), sent)

    told = response.context["adminform"].form.errors
    assert told == {"__all__": ["Цена и себестоимость не бывают меньше нуля"]}


def test_a_title_says_who_and_what(busy_day: None) -> None:
    add_life(1)
    order = GenRequest.objects.select_related("user__settings").get(idempotency_key="k1")
    used = PromocodeUse.objects.get(user=order.user)

    assert str(order) == f"заказ {order.pk}: текст → изображение, в очереди"
    assert str(order.user.settings) == "настройки: Имя 1 (5001)"
    assert str(used) == "SALE1: Имя 1 (5001)"
    assert str(order.results.get()) == f"файл 1 заказа {order.pk}"
    assert str(order.events.first()) == f"заказ {order.pk}: оформлен и оплачен"
    assert str(order.transactions.get()) == "генерация: -0.80 ⚡"
    assert str(PricingSettings.objects.get()) == "20.0000 × 2.000"
