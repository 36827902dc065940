"""Pictures and files in the chat page: shown, opened, chosen, pasted, dropped and sent."""

import base64

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Route, expect

from sandbox.tests.chat_browser import ChatPage
from sandbox.tests.telegram_play import ALICE, Play, png

pytest_plugins = ("sandbox.tests.chat_browser_fixtures",)
pytestmark = pytest.mark.browser

_TRANSFER = """([base64, type]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'picture.png', { type }));
    return transfer;
}"""


@pytest.fixture
def chat(context: BrowserContext, bot: Play) -> ChatPage:
    page = ChatPage(context, ALICE)
    expect(page.message("/start")).to_be_visible()
    return page


def picture(name: str = "cat.png", color: str = "orange") -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": png(color=color)}


def send_photo(bot: Play, width: int = 640, height: int = 480) -> None:
    files = {"photo": ("a.png", png(width, height), "image/png")}
    bot.call("sendPhoto", chat_id=ALICE, files=files)


def test_a_photo_keeps_its_place_before_it_has_loaded(chat: ChatPage, bot: Play) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    chat.page.route("**/chat/file/**", hold)

    send_photo(bot, 1000, 500)
    photo = chat.part("photo")
    expect(photo).to_be_visible()
    measure = "(node) => [node.offsetWidth, node.offsetHeight, log.scrollHeight]"
    before = photo.evaluate(measure)
    for route in held:
        route.continue_()
    chat.page.unroute("**/chat/file/**")
    expect(photo.locator("img")).to_have_js_property("complete", True)

    assert before == photo.evaluate(measure)
    assert before[0] / before[1] == pytest.approx(2, rel=0.02)


def test_a_message_on_its_way_in_makes_the_log_no_longer(chat: ChatPage, bot: Play) -> None:
    for _ in range(3):
        send_photo(bot, 1000, 800)
    expect(chat.part("photo")).to_have_count(3)
    slow_down(chat)
    send_photo(bot)
    expect(chat.part("photo")).to_have_count(4)

    on_its_way, arrived = chat.part("log").evaluate(
        """(log) => {
            const height = log.scrollHeight;
            const moves = log.getAnimations({ subtree: true });
            moves.forEach((move) => move.finish());
            return [moves.length && height, log.scrollHeight];
        }"""
    )

    assert on_its_way == arrived


def slow_down(chat: ChatPage) -> None:
    """Whatever moves on the page takes a thousand times as long."""
    tools = chat.page.context.new_cdp_session(chat.page)
    tools.send("Animation.enable")
    tools.send("Animation.setPlaybackRate", {"playbackRate": 0.001})


def test_a_photo_opens_on_the_whole_screen_and_arrows_lead_on(chat: ChatPage, bot: Play) -> None:
    send_photo(bot)
    send_photo(bot, 300, 600)

    chat.part("photo").first.click()
    expect(chat.part("viewer-image")).to_have_js_property("naturalWidth", 640)
    chat.page.keyboard.press("ArrowRight")
    expect(chat.part("viewer-image")).to_have_js_property("naturalWidth", 300)
    chat.page.keyboard.press("Escape")

    expect(chat.part("viewer")).to_have_count(0)
    expect(chat.part("photo").first).to_be_focused()


def test_an_album_is_one_bubble_with_a_grid(chat: ChatPage, bot: Play) -> None:
    files = {f"f{n}": (f"{n}.png", png(), "image/png") for n in range(3)}
    media = [{"type": "photo", "media": f"attach://f{n}"} for n in range(3)]
    media[0]["caption"] = "Три варианта"

    bot.call("sendMediaGroup", chat_id=ALICE, files=files, media=media)

    bubble = chat.message("Три варианта")
    expect(bubble.get_by_test_id("album-item")).to_have_count(3)
    expect(chat.part("message")).to_have_count(2)


def test_a_document_shows_its_name_and_size_and_downloads(chat: ChatPage, bot: Play) -> None:
    content = b"x" * 2048
    files = {"document": ("original.bin", content, "application/octet-stream")}
    bot.call("sendDocument", chat_id=ALICE, files=files)

    card = chat.part("document")
    expect(card).to_contain_text("original.bin")
    expect(card).to_contain_text("2,0 КБ")
    with chat.page.expect_download() as download:
        card.click()

    assert download.value.suggested_filename == "original.bin"
    assert download.value.path().read_bytes() == content


def test_chosen_photos_are_previewed_and_sent_as_an_album(chat: ChatPage, bot: Play) -> None:
    chat.part("attach-input").set_input_files([picture(), picture("dog.png", "navy")])
    expect(chat.part("attach-preview").locator("img")).to_have_count(2)

    chat.part("attach-caption").fill("Два зверя")
    chat.part("attach-send").click()

    expect(chat.message("Два зверя").get_by_test_id("album-item")).to_have_count(2)
    sent = bot.messages()[-2:]
    assert [bool(message.get("photo")) for message in sent] == [True, True]
    assert sent[0]["caption"] == "Два зверя"


def test_a_picture_without_compression_is_sent_as_a_file(chat: ChatPage, bot: Play) -> None:
    chat.part("attach-input").set_input_files([picture("exact.png")])

    chat.part("attach-compress").uncheck()
    chat.part("attach-send").click()

    expect(chat.part("document")).to_contain_text("exact.png")
    assert bot.messages()[-1]["document"]["mime_type"] == "image/png"


def test_a_pasted_picture_is_offered_and_can_be_declined(chat: ChatPage, bot: Play) -> None:
    encoded = base64.b64encode(png()).decode()
    transfer = chat.page.evaluate_handle(_TRANSFER, [encoded, "image/png"])

    chat.part("composer").evaluate(
        "(box, data) => box.dispatchEvent(new ClipboardEvent('paste', "
        "{ clipboardData: data, bubbles: true, cancelable: true }))",
        transfer,
    )
    expect(chat.part("attach-preview")).to_be_visible()
    chat.page.keyboard.press("Escape")

    expect(chat.part("attach-preview")).to_have_count(0)
    assert len(bot.messages()) == 1


def test_a_dropped_picture_is_offered_and_sent(chat: ChatPage, bot: Play) -> None:
    encoded = base64.b64encode(png()).decode()
    transfer = chat.page.evaluate_handle(_TRANSFER, [encoded, "image/png"])

    chat.part("log").dispatch_event("dragover", {"dataTransfer": transfer})
    chat.part("log").dispatch_event("drop", {"dataTransfer": transfer})
    chat.part("attach-send").click()

    expect(chat.part("photo")).to_be_visible()
    assert bot.messages()[-1]["photo"]
