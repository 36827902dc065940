"""From a stranger to a paid, edited picture, over HTTP only."""

import io
import subprocess
import time

from PIL import Image


def test_welcome_buy_generate_edit_and_every_token_accounted_for(stage, record_property):
    anna = stage.newcomer("Анна")
    anna.say("/start")
    anna.wait_for("Привет, Анна!")
    anna.wait_for("Дарим ⚡50")

    buy_a_hundred_tokens(stage, anna)
    assert anna.balance() == "170"

    result = make_a_picture(stage, anna, "рыжий кот на луне")
    assert "списано ⚡0.80" in result["caption"]
    assert "Баланс: ⚡169.20" in result["caption"]

    record_property("Start to ready", stage.started_s)
    record_property("Prompt to first picture", stage.first_picture_s)

    edited = edit(anna, result, "надень на него красный шлем")
    assert "Баланс: ⚡168.40" in edited["caption"]
    request = stage.calls("gemini", "generateContent")[-1]["body"]
    assert "inlineData" in request["contents"][0]["parts"][1]

    assert anna.balance() == "168.40"
    assert books_are_clean(stage)


def buy_a_hundred_tokens(stage, person):
    person.say("💳 Пополнить баланс")
    shop = person.open_mini_app(person.wait_for("Выберите пакет"), "страницу оплаты")
    payment = shop.buy("tokens_100", "anna@example.org")
    contract = stage.http.get(f"{stage.sandbox}/__lava/contracts").json()["contracts"][-1]
    stage.http.post(f"{stage.sandbox}/__lava/contracts/{contract['id']}/pay").raise_for_status()
    shop.wait_for_status(payment["id"], "paid")
    person.wait_for("Оплата получена")


def make_a_picture(stage, person, prompt):
    """By the menu; returns the message that lived from the queue to the result."""
    before = person.last_id()
    person.say("🎨 Создать изображение")
    person.press(person.wait_for("Выберите модель", after=before), "Nano Banana")
    person.wait_for("Опишите картинку", after=before)
    asked_at = time.monotonic()
    person.say(prompt)
    person.press(person.wait_for("Цена: ", after=before), "Создать")
    status = person.wait_for("аказ №", after=before)
    result = person.wait_for("Готово", after=before)
    stage.first_picture_s = time.monotonic() - asked_at
    assert result["message_id"] == status["message_id"]
    original = person.wait_for("Оригинал", after=before)
    with Image.open(io.BytesIO(person.file(original["document"]["file_id"]))) as picture:
        assert (picture.format, picture.size) == ("PNG", (1024, 1024))
    return result


def edit(person, result, wish):
    before = person.last_id()
    person.press(result, "Изменить")
    person.wait_for("Что изменить", after=before)
    person.say(wish)
    return person.wait_for("Готово", after=before)


def test_a_photo_with_a_caption_is_edited(stage):
    ivan = stage.newcomer("Иван")
    ivan.say("/start")
    ivan.wait_for("Дарим ⚡50")
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(buffer, "PNG")

    ivan.send_photo(buffer.getvalue(), caption="добавь море и закат")

    assert "Баланс: ⚡49.20" in ivan.wait_for("Готово")["caption"]


def test_an_english_speaker_sees_english(stage):
    emma = stage.newcomer("Emma", language_code="en")

    emma.say("/start")

    assert "Hello, Emma!" in emma.wait_for("Hello")["text"]
    emma.wait_for("That is enough for 62 pictures")


def test_a_free_text_becomes_a_picture_after_one_tap(stage):
    oleg = stage.newcomer("Олег")
    oleg.say("/start")
    oleg.wait_for("Дарим ⚡50")
    oleg.say("банан в космосе")

    oleg.press(oleg.wait_for("Цена: "), "Создать")

    oleg.wait_for("Готово")
    assert oleg.balance() == "49.20"


def test_two_starts_at_once_welcome_once(stage):
    dasha = stage.newcomer("Даша")
    for _ in range(5):
        dasha.say("/start")

    dasha.wait_for("Дарим ⚡50")

    assert dasha.balance() == "50"


def books_are_clean(stage) -> bool:
    audit: subprocess.CompletedProcess[str] = stage.manage("audit_ledger", "--skip-checks")
    assert audit.returncode == 0, (audit.stdout, audit.stderr)
    return True


def test_waiting_for_work_opens_no_connections(stage):
    """The worker looks for work twice a second; what a thread has opened, it keeps."""
    before = sessions(stage)

    time.sleep(5)

    assert sessions(stage) - before <= 3


def sessions(stage) -> int:
    """Opened since the database exists. The statistics are a moment late."""
    query = "SELECT sum(sessions) FROM pg_stat_database"
    return int(stage.ask(query)[0][0])
