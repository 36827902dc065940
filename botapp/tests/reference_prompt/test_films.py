"""yt-dlp in its own process, against a web on this machine."""

import os
import subprocess
import tempfile

import pytest
import yt_dlp  # type: ignore[import-untyped]  # yt-dlp has none

from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.reference_prompt import films, loading, ytdlp_child
from botapp.reference_prompt.films import Cookies, Limits
from botapp.reference_prompt.links import Site
from botapp.tests.reference_prompt.web import FILM

COOKIES = "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tsession\tabc\n"
# Any page at all, so that a web on this machine can stand in for the sites.
ANY = ("generic", "html5")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where temporary folders are made; whatever is left in it was forgotten."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert list(place.iterdir()) == []


def download(web, path, **options):
    return films.download(web.url(path), ANY, local_hosts=[web.host], **options)


def trouble_of(call, *args, **options):
    with pytest.raises(BadReferenceError) as refused:
        call(*args, **options)
    return refused.value.trouble


@pytest.mark.parametrize(
    ("path", "limits", "trouble"),
    [
        ("/empty", Limits(), Trouble.NO_MEDIA),
        ("/inside", Limits(), Trouble.BAD_LINK),
        ("/page", Limits(bytes_max=100), Trouble.TOO_LARGE),
        ("/endless.mp4", Limits(bytes_max=1024 * 1024), Trouble.TOO_LARGE),
        ("/drip.mp4", Limits(seconds_max=1), Trouble.NO_ANSWER),
    ],
)
def test_what_gives_no_film_is_said(web, path, limits, trouble):
    assert trouble_of(download, web, path, limits=limits) is trouble


def test_the_child_connects_to_nothing_of_this_machine(web):
    assert trouble_of(films.download, web.url("/page"), ANY) is Trouble.BAD_LINK
    assert web.asked == []


def test_a_page_of_no_known_site_is_not_looked_at(web):
    trouble = trouble_of(
        films.download,
        web.url("/page"),
        films.EXTRACTORS[Site.TIKTOK],
        local_hosts=[web.host],
    )

    assert trouble is Trouble.NO_MEDIA
    assert web.asked == []


def test_the_film_of_a_page_is_found_with_the_cookies_of_a_file(web, tmp_path):
    path = tmp_path / "cookies.txt"
    path.write_text(COOKIES)

    assert download(web, "/page", cookies=Cookies(path=str(path))) == FILM

    assert set(web.cookies) == {"session=abc"}
    assert path.read_text() == COOKIES


def test_the_child_knows_the_cookies_and_none_of_our_secrets(web, monkeypatch):
    seen = {}
    run = subprocess.run

    def look(*args, **options):
        seen.update(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", look)
    download(web, "/film.mp4", cookies=Cookies(content=COOKIES.encode()))

    assert set(web.cookies) == {"session=abc"}
    assert os.environ.keys() - seen.keys() >= {"DATABASE_URL", "TELEGRAM_BOT_TOKEN"}


def test_a_dead_child_is_an_ordinary_failure(web, db, monkeypatch, caplog):
    monkeypatch.setattr(films, "CHILD", "botapp.reference_prompt.no_such_module")

    assert trouble_of(download, web, "/page") is Trouble.NO_ANSWER
    assert "yt-dlp ended badly" in caplog.text


@pytest.mark.parametrize(
    ("event", "argument"),
    [
        ("socket.connect", ("10.0.0.1", 443)),
        ("socket.connect", ("93.184.216.34", 22)),
        ("socket.connect", ("localhost", 443)),
        ("socket.connect", "/run/docker.sock"),
        ("socket.sendto", ("8.8.8.8", 53)),
        ("subprocess.Popen", "curl"),
    ],
)
def test_the_guard_lets_nothing_else_through(event, argument):
    with pytest.raises(PermissionError):
        ytdlp_child.Guard([])(event, (None, argument))


def test_the_guard_keeps_out_stacks_it_cannot_see():
    guard = ytdlp_child.Guard([])

    with pytest.raises(ImportError):
        guard("import", ("curl_cffi.requests", None))
    guard("import", ("json", None))
    guard("socket.connect", (None, ("93.184.216.34", 443)))


@pytest.mark.parametrize(
    ("url", "site", "is_taken"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", Site.YOUTUBE, True),
        ("https://youtube.com/shorts/dQw4w9WgXcQ", Site.YOUTUBE, True),
        ("https://youtu.be/dQw4w9WgXcQ", Site.YOUTUBE, True),
        ("https://www.instagram.com/reel/Chunk8-jurw/", Site.INSTAGRAM, True),
        ("https://www.tiktok.com/@scout2015/video/6718335390845095173", Site.TIKTOK, True),
        ("https://vm.tiktok.com/ZTR45GpSF/", Site.TIKTOK, True),
        ("https://www.youtube.com/playlist?list=PLwP_SiAcdui0KVebT0mU9Apz359a4ubsC",
         Site.YOUTUBE, False),
        ("https://www.instagram.com/somebody/", Site.INSTAGRAM, False),
    ],
)  # fmt: skip
def test_one_film_is_taken_from_the_sites_and_whole_channels_are_not(url, site, is_taken):
    allowed = {"allowed_extractors": list(films.EXTRACTORS[site])}

    with yt_dlp.YoutubeDL(allowed) as downloader:
        assert any(one.suitable(url) for one in downloader._ies.values()) is is_taken


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (
            "ERROR: [youtube] x: Private video. Sign in if you've access",
            "login_needed",
        ),
        ("ERROR: [youtube] x: Sign in to confirm you’re not a bot. Use --cookies", "login_needed"),
        ("ERROR: [Instagram] x: You need to log in to access this content", "login_needed"),
        ("ERROR: [youtube] x: Video unavailable", "not_found"),
        ("ERROR: [Instagram] x: There is no video in this post", "no_media"),
        ("ERROR: unable to write data: [Errno 27] File too large", "too_large"),
        ("ERROR: [TikTok] x: Unable to download webpage: timed out", "no_answer"),
    ],
)
def test_the_words_of_yt_dlp_are_understood(said, trouble):
    assert ytdlp_child.read_trouble(said) == trouble


@pytest.fixture
def refusing(monkeypatch):
    """yt-dlp finds the trouble that the test says."""

    def refuse(trouble):
        def download(*_args, **_options):
            raise BadReferenceError(trouble)

        monkeypatch.setattr(films, "download", download)

    return refuse


def test_a_film_that_youtube_gives_only_to_google_is_left_to_google(refusing):
    refusing(Trouble.LOGIN_NEEDED)

    assert loading.load("https://youtu.be/abc") is None
    assert trouble_of(loading.load, "https://vm.tiktok.com/abc") is Trouble.LOGIN_NEEDED


@pytest.mark.parametrize("trouble", loading.FINAL)
def test_a_film_that_nobody_can_have_is_refused(refusing, trouble):
    refusing(trouble)

    assert trouble_of(loading.load, "https://youtu.be/abc") is trouble


def test_a_direct_link_is_fetched(web, settings):
    settings.REFERENCE_LOCAL_HOSTS = [web.host]

    assert loading.load(web.url("/film.mp4")) == FILM


def test_cookies_come_from_the_settings(monkeypatch, settings):
    given = []
    monkeypatch.setattr(films, "download", lambda *_, cookies: given.append(cookies) or b"film")
    settings.YTDLP_COOKIES = b"cookies"

    assert loading.load("https://vm.tiktok.com/abc") == b"film"
    assert given == [Cookies("", b"cookies")]


def test_the_options_are_known_to_this_yt_dlp(tmp_path):
    job = {"bytes_max": 1, "folder": str(tmp_path), "cookie_file": "", "extractors": ["youtube"]}

    with yt_dlp.YoutubeDL(ytdlp_child.options(job)) as downloader:
        assert {name.lower() for name in downloader._ies} == {"youtube"}
