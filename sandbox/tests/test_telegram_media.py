import io
import struct

import pytest
from aiohttp import web
from PIL import Image

from sandbox.telegram.mp4 import read_film
from sandbox.tests.conftest import serve
from sandbox.tests.telegram_play import ALICE, Play, png

MB = 1024 * 1024


def download(sandbox, play, file_id):
    path = play.call("getFile", file_id=file_id)["file_path"]
    return sandbox.client.get(f"/file/bot{sandbox.config.bot_token}/{path}").content


def box(kind, body):
    return struct.pack(">I4s", 8 + len(body), kind) + body


def film(*, width, height, duration_s):
    mvhd = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, duration_s * 1000) + bytes(80))
    tkhd = box(b"tkhd", bytes(76) + struct.pack(">II", width << 16, height << 16))
    moov = box(b"moov", mvhd + box(b"trak", tkhd))
    return box(b"ftyp", b"isom") + moov + box(b"mdat", b"x" * 100)


def test_a_photo_comes_in_several_recompressed_sizes(sandbox):
    play = Play(sandbox).start()

    sent = play.call("sendPhoto", chat_id=ALICE, files={"photo": ("a.png", png(2000, 1000))})

    sizes = [(size["width"], size["height"]) for size in sent["photo"]]
    assert sizes == [(90, 45), (320, 160), (800, 400), (1280, 640)]
    largest = download(sandbox, play, sent["photo"][-1]["file_id"])
    image = Image.open(io.BytesIO(largest))
    assert (image.format, image.size) == ("JPEG", (1280, 640))
    assert len(largest) == sent["photo"][-1]["file_size"]


def test_a_small_photo_is_not_enlarged(sandbox):
    play = Play(sandbox).start()

    sent = play.call("sendPhoto", chat_id=ALICE, files={"photo": ("a.png", png(200, 100))})

    assert [size["width"] for size in sent["photo"]] == [90, 200]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ((21 * 50, 50), "PHOTO_INVALID_DIMENSIONS"),
        ((6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (
            bytes(10 * MB + 1),
            "file of size 10485761 bytes is too big for a photo;"
            " the maximum size is 10485760 bytes",
        ),
        (b"", "file must be non-empty"),
    ],
)
def test_what_telegram_takes_for_no_photo_is_refused(sandbox, content, reason):
    play = Play(sandbox).start()
    # Drawn here: every worker of a parallel run knows all parameters of all tests.
    file = png(*content) if isinstance(content, tuple) else content

    refusal = play.refusal("sendPhoto", chat_id=ALICE, files={"photo": ("a.png", file)})

    assert refusal == f"Bad Request: {reason}"


def test_a_document_keeps_every_byte_and_shows_a_thumbnail(sandbox):
    play = Play(sandbox).start()
    original = png(900, 600) + b"trailing bytes"

    sent = play.call(
        "sendDocument", chat_id=ALICE, caption="c", files={"document": ("картинка.png", original)}
    )

    document = sent["document"]
    assert (document["file_name"], document["mime_type"]) == ("картинка.png", "image/png")
    assert (document["thumbnail"]["width"], document["thumbnail"]["height"]) == (320, 213)
    assert download(sandbox, play, document["file_id"]) == original
    shown = sandbox.client.get(f"/chat/file/{document['file_id']}")
    assert (shown.content, shown.headers["Content-Type"]) == (original, "image/png")
    thumb = sandbox.client.get(f"/chat/file/{document['file_id']}?thumb=1")
    assert thumb.headers["Content-Type"] == "image/jpeg"


def test_a_file_id_is_sent_again_without_upload_and_as_its_own_kind(sandbox):
    play = Play(sandbox).start()
    photo = play.call("sendPhoto", chat_id=ALICE, files={"photo": ("a.png", png())})["photo"]
    document = play.call("sendDocument", chat_id=ALICE, files={"document": ("a.txt", b"text")})
    video = play.call("sendVideo", chat_id=ALICE, files={"video": ("a.mp4", b"film")})["video"]

    again = play.call("sendPhoto", chat_id=ALICE, photo=photo[0]["file_id"])
    as_document = play.call("sendDocument", chat_id=ALICE, document=video["file_id"])

    assert again["photo"][-1]["file_unique_id"] == photo[-1]["file_unique_id"]
    assert as_document["video"]["file_unique_id"] == video["file_unique_id"]
    file_id = document["document"]["file_id"]
    assert play.refusal("sendPhoto", chat_id=ALICE, photo=file_id) == (
        "Bad Request: can't use file of type Document as Photo"
    )
    assert play.refusal("sendPhoto", chat_id=ALICE, photo="nonsense") == (
        "Bad Request: wrong file identifier/HTTP URL specified"
    )


def test_the_same_bytes_have_the_same_unique_id_under_different_file_ids(sandbox):
    play = Play(sandbox).start()

    one, two = (
        play.call("sendDocument", chat_id=ALICE, files={"document": ("a.bin", b"same")})["document"]
        for _ in range(2)
    )

    assert one["file_unique_id"] == two["file_unique_id"]
    assert one["file_id"] != two["file_id"]


def test_a_film_tells_its_size_and_length(sandbox):
    play = Play(sandbox).start()
    content = film(width=1280, height=720, duration_s=5)
    assert read_film(b"\x00\x00\x00\x01broken").width == 0

    sent = play.call("sendVideo", chat_id=ALICE, files={"video": ("a.mp4", content)})
    told = play.call("sendVideo", chat_id=ALICE, width=10, files={"video": ("a.mp4", content)})

    video = sent["video"]
    assert (video["width"], video["height"], video["duration"]) == (1280, 720, 5)
    assert video["mime_type"] == "video/mp4"
    assert told["video"]["width"] == 10


def test_animation_audio_and_voice_have_their_own_fields(sandbox):
    play = Play(sandbox).start()

    animation = play.call("sendAnimation", chat_id=ALICE, files={"animation": ("a.mp4", b"x")})
    audio = play.call("sendAudio", chat_id=ALICE, title="T", files={"audio": ("a.mp3", b"x")})
    voice = play.call("sendVoice", chat_id=ALICE, duration=3, files={"voice": ("a.ogg", b"x")})

    assert animation["animation"]["file_id"] == animation["document"]["file_id"]
    assert (audio["audio"]["title"], audio["audio"]["mime_type"]) == ("T", "audio/mpeg")
    assert voice["voice"]["duration"] == 3


def test_a_given_thumbnail_is_used_for_one_file_and_in_an_album(sandbox):
    play = Play(sandbox).start()
    files = {"film": ("a.mp4", b"film"), "small": ("t.jpg", png(100, 50))}
    item = {"type": "video", "media": "attach://film", "thumbnail": "attach://small"}

    one = play.call(
        "sendVideo",
        chat_id=ALICE,
        video="attach://film",
        thumbnail="attach://small",
        files=files,
    )
    album = play.call("sendMediaGroup", chat_id=ALICE, media=[item, item], files=files)

    widths = [message["video"]["thumbnail"]["width"] for message in (one, *album)]
    assert widths == [100, 100, 100]


def test_an_album_has_two_to_ten_items_of_kinds_that_go_together(sandbox):
    play = Play(sandbox).start()
    photo = {"type": "photo", "media": "attach://one"}
    document = {"type": "document", "media": "attach://one"}
    files = {"one": ("a.png", png())}

    def refused(media):
        return play.refusal("sendMediaGroup", chat_id=ALICE, media=media, files=files)

    assert refused([photo] * 11) == "Bad Request: too many messages to send as an album"
    assert refused([photo]) == "Bad Request: media group must include 2-10 items"
    assert refused([photo, document]) == (
        "Bad Request: document can't be mixed with other media types"
    )
    assert len(play.messages()) == 1
    media = [photo | {"caption": "<b>c</b>", "parse_mode": "HTML"}, photo]
    sent = play.call("sendMediaGroup", chat_id=ALICE, media=media, files=files)
    assert sent[0]["caption"] == "c"
    assert sent[0]["caption_entities"][0]["type"] == "bold"
    assert len({message["media_group_id"] for message in sent}) == 1


def test_media_can_be_edited_but_not_into_the_same(sandbox):
    play = Play(sandbox).start()
    text = play.call("sendMessage", chat_id=ALICE, text="wait")
    media = {"type": "photo", "media": "attach://new", "caption": "done"}
    args = {"chat_id": ALICE, "message_id": text["message_id"]}

    edited = play.call("editMessageMedia", **args, media=media, files={"new": ("a.png", png())})

    assert edited["caption"] == "done"
    assert "text" not in edited
    same = media | {"media": edited["photo"][-1]["file_id"]}
    assert "message is not modified" in play.refusal("editMessageMedia", **args, media=same)
    assert play.call("editMessageCaption", **args, caption="better")["caption"] == "better"


def test_more_than_fifty_megabytes_are_not_taken(sandbox):
    play = Play(sandbox).start()
    files = {"document": ("a.bin", bytes(50 * MB + 1))}

    assert play.refusal("sendDocument", chat_id=ALICE, files=files) == "Request Entity Too Large"


def test_more_than_twenty_megabytes_can_be_sent_but_not_downloaded(sandbox):
    play = Play(sandbox).start()
    files = {"document": ("a.bin", bytes(20 * MB + 1))}
    sent = play.call("sendDocument", chat_id=ALICE, files=files)

    refusal = play.refusal("getFile", file_id=sent["document"]["file_id"])

    assert refusal == "Bad Request: file is too big"


def test_addresses_on_this_machine_are_fetched_and_no_others(sandbox):
    play = Play(sandbox).start()

    async def picture(_: web.Request) -> web.Response:
        return web.Response(body=png(), content_type="image/png")

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<p>hi</p>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/a.png", picture)
    app.router.add_get("/page", page)
    with serve(app) as base_url:
        assert play.call("sendPhoto", chat_id=ALICE, photo=f"{base_url}/a.png")["photo"]
        assert play.refusal("sendPhoto", chat_id=ALICE, photo=f"{base_url}/page") == (
            "Bad Request: wrong type of the web page content"
        )
        assert play.refusal("sendPhoto", chat_id=ALICE, photo=f"{base_url}/none") == (
            "Bad Request: failed to get HTTP URL content"
        )
    assert play.refusal("sendPhoto", chat_id=ALICE, photo="https://example.com/a.png") == (
        "Bad Request: failed to get HTTP URL content"
    )
