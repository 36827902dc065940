"""Where a stranger's link may lead a connection, and whose link it is."""

import pytest

from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.reference_prompt import links
from botapp.reference_prompt.addresses import may_connect
from botapp.reference_prompt.links import Site

PRIVATE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.9 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:93.184.216.34 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
64:ff9b:1::a00:1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd12::1
fe80::1 fe80::1%eth0 fec0::1 ff02::1 4000::1
"""
NO_ADDRESSES = ["", "localhost", "0x7f.1", "127.1", "2130706433", "0177.0.0.1", "1.1.1.1 ", "a.b"]


@pytest.mark.parametrize("address", [*PRIVATE.split(), *NO_ADDRESSES])
def test_private_addresses_are_never_connected_to(address):
    assert not may_connect(address, 443)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::", "2a00::1"])
@pytest.mark.parametrize(("port", "is_open"), [(80, True), (443, True), (22, False), (8080, False)])
def test_public_addresses_are_open_at_the_ports_of_the_web(address, port, is_open):
    assert may_connect(address, port) is is_open


def test_this_machine_is_reached_only_where_the_settings_say():
    local = ["127.0.0.1:8100", "10.0.0.1:80"]

    assert may_connect("127.0.0.1", 8100, local_hosts=local)
    assert not may_connect("127.0.0.1", 8101, local_hosts=local)
    assert not may_connect("127.0.0.2", 8100, local_hosts=local)
    assert not may_connect("10.0.0.1", 80, local_hosts=local)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.youtube.com/shorts/abc", Site.YOUTUBE),
        ("https://YOUTU.BE/abc", Site.YOUTUBE),
        ("https://m.youtube.com./watch?v=abc", Site.YOUTUBE),
        ("https://www.instagram.com/reel/abc/", Site.INSTAGRAM),
        ("https://vm.tiktok.com/abc/", Site.TIKTOK),
        ("https://notyoutube.com/watch", None),
        ("https://youtube.com.evil.example/watch", None),
        ("https://evil.example/youtube.com", None),
        ("https://evil.example/?u=https://instagram.com/", None),
        ("http://127.0.0.1/film.mp4", None),
    ],
)
def test_a_site_is_known_by_its_whole_host(url, site):
    assert links.parse(url).site is site


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/a.mp4",
        "file:///etc/passwd",
        "https://",
        "https:///film.mp4",
        "https://youtube.com@10.0.0.1/watch",
        "https://user:password@example.com/",
        "https://example.com\\@10.0.0.1/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://[::1/",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_what_is_no_plain_address_is_refused(url):
    with pytest.raises(BadReferenceError) as refused:
        links.parse(url)
    assert refused.value.trouble is Trouble.BAD_LINK


@pytest.mark.parametrize(
    ("text", "url", "words"),
    [
        ("Тут https://youtu.be/a?t=1, но ночью", "https://youtu.be/a?t=1", "Тут , но ночью"),
        ("(HTTP://Example.com/a.mp4)", "HTTP://Example.com/a.mp4", "()"),
        ("youtube.com/shorts/a", "https://youtube.com/shorts/a", ""),
        ("зима vm.tiktok.com/a", "https://vm.tiktok.com/a", "зима"),
    ],
)  # fmt: skip
def test_the_link_is_found_in_the_sentence_around_it(text, url, words):
    assert links.find(text) == (links.parse(url), words)


@pytest.mark.parametrize("text", ["кот", "me@youtube.com/a", "notyoutube.com/a", "youtube.com"])
def test_words_without_a_link_have_none(text):
    assert links.find(text) is None
