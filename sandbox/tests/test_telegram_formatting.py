import pytest

from sandbox.telegram.errors import ApiError
from sandbox.telegram.formatting import read_caption, read_text


def parsed(text, parse_mode=None):
    return read_text({"text": text, "parse_mode": parse_mode})


def refusal(text, parse_mode):
    with pytest.raises(ApiError) as caught:
        parsed(text, parse_mode)
    return caught.value.description


def test_html_tags_become_entities_counted_in_utf16_units():
    text, entities = parsed("😀 <b>жирный <i>курсив</i></b> &lt;x&gt;", "HTML")

    assert text == "😀 жирный курсив <x>"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 13},
        {"type": "italic", "offset": 10, "length": 6},
    ]


def test_html_links_code_quotes_and_spoilers_are_understood():
    text, entities = parsed(
        '<a href="https://a.bc/?x=1&amp;y=2">link</a> <pre><code class="language-python">x</code>'
        "</pre> <blockquote expandable>q</blockquote> <tg-spoiler>s</tg-spoiler> <u>u</u> <s>d</s>"
        ' <a href="tg://user?id=7">man</a> <tg-emoji emoji-id="55">👍</tg-emoji>',
        "HTML",
    )

    assert text == "link x q s u d man 👍"
    assert [entity["type"] for entity in entities] == [
        "text_link",
        "pre",
        "expandable_blockquote",
        "spoiler",
        "underline",
        "strikethrough",
        "text_mention",
        "custom_emoji",
    ]
    assert entities[0]["url"] == "https://a.bc/?x=1&y=2"
    assert entities[1]["language"] == "python"
    assert entities[-1]["custom_emoji_id"] == "55"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("привет <x>", 'Unsupported start tag "x" at byte offset 13'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_wrong_html_is_refused_with_the_words_of_telegram(source, reason):
    assert refusal(source, "HTML") == f"Bad Request: can't parse entities: {reason}"


def test_markdown_v2_nests_and_escapes():
    text, entities = parsed("*b _i_* __u__ ~s~ ||h|| `c` [l](https://a.bc/x) 1\\.5", "MarkdownV2")

    assert text == "b i u s h c l 1.5"
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in entities] == [
        ("bold", 0, 3),
        ("italic", 2, 1),
        ("underline", 4, 1),
        ("strikethrough", 6, 1),
        ("spoiler", 8, 1),
        ("code", 10, 1),
        ("text_link", 12, 1),
    ]


def test_markdown_v2_quotes_and_code_blocks_keep_their_lines():
    text, entities = parsed(">one\n>two\nrest\n```py\nx = 1\n```", "MarkdownV2")

    assert text == "one\ntwo\nrest\nx = 1"
    assert [entity["type"] for entity in entities] == ["blockquote", "pre"]
    assert entities[1]["language"] == "py"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("ж *b", "Can't find end of Bold entity at byte offset 3"),
        ("__a", "Can't find end of Underline entity at byte offset 0"),
        ("[a](http://x", "Can't find end of a URL at byte offset 4"),
    ],
)
def test_wrong_markdown_v2_is_refused_with_the_words_of_telegram(source, reason):
    assert refusal(source, "MarkdownV2") == f"Bad Request: can't parse entities: {reason}"


def test_old_markdown_has_four_marks_and_fails_on_a_lonely_one():
    text, entities = parsed("*b* _i_ `c` [l](http://a.bc) \\_", "Markdown")

    assert text == "b i c l _"
    assert [entity["type"] for entity in entities] == ["bold", "italic", "code", "text_link"]
    assert refusal("snake_case", "Markdown") == (
        "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 5"
    )


def test_addresses_commands_and_mentions_are_found_without_a_parse_mode():
    text, entities = parsed("/help @alice_b #tag https://a.bc/d?e=f. me@a.bc")

    found = {entity["type"]: text[entity["offset"] :][: entity["length"]] for entity in entities}
    assert found == {
        "bot_command": "/help",
        "mention": "@alice_b",
        "hashtag": "#tag",
        "url": "https://a.bc/d?e=f",
        "email": "me@a.bc",
    }


def test_text_is_counted_after_parsing_and_in_utf16_units():
    assert len(parsed(f"<b>{'a' * 4096}</b>", "HTML")[0]) == 4096
    assert refusal("😀" * 2049, None) == "Bad Request: message is too long"
    assert refusal("", None) == "Bad Request: message text is empty"
    assert refusal("<b></b>", "HTML") == "Bad Request: text must be non-empty"
    with pytest.raises(ApiError, match="message caption is too long"):
        read_caption({"caption": "a" * 1025})


def test_an_unknown_parse_mode_is_refused():
    assert refusal("a", "BBCode") == "Bad Request: unsupported parse_mode"
