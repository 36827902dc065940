import pytest

from config.env import Env, MisconfiguredError

POSTGRES = ("postgres", "postgresql")


def test_one_error_names_everything_that_is_missing_or_malformed():
    env = Env({"PORT": "many", "DEBUG": "perhaps", "LEVEL": "LOUD", "RATE": "-1"})
    env.text("SECRET_KEY")
    env.url("DATABASE_URL", schemes=POSTGRES)
    env.integer("PORT", 80)
    env.flag("DEBUG", default=False)
    env.choice("LEVEL", "INFO", options=("INFO", "ERROR"))
    env.number("RATE", 1.0)

    with pytest.raises(MisconfiguredError) as refused:
        env.check()

    text = str(refused.value)
    assert "SECRET_KEY is missing" in text
    assert "DATABASE_URL is missing" in text
    for name in ("PORT", "DEBUG", "LEVEL", "RATE"):
        assert f"{name} is malformed" in text


def test_values_are_never_printed():
    secret = "s3cret-that-must-not-be-printed"
    env = Env(dict.fromkeys(("A", "B", "C", "D", "E"), secret))
    env.integer("A", 1)
    env.number("B", 1.0)
    env.flag("C", default=True)
    env.url("D", schemes=POSTGRES)
    env.choice("E", "x", options=("x", "y"))

    with pytest.raises(MisconfiguredError) as refused:
        env.check()

    assert secret not in str(refused.value)


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_empty_variable_is_an_unset_one(empty):
    env = Env(dict.fromkeys(("TEXT", "NUMBER", "FLAG", "WORDS", "NEEDED"), empty))

    assert env.text("TEXT", "default") == "default"
    assert env.integer("NUMBER", 7) == 7
    assert env.flag("FLAG", default=True) is True
    assert env.words("WORDS", "a,b") == ["a", "b"]
    env.text("NEEDED")
    assert env.problems == ["NEEDED is missing"]


def test_everything_in_order_raises_nothing():
    env = Env(
        {
            "DATABASE_URL": "postgres://u:p@db/x",
            "FLAG": "Yes",
            "WORDS": " a , ,b,",
            "NUMBER": "12",
            "PUBLIC": "https://bot.example.test/",
        }
    )

    assert env.url("DATABASE_URL", schemes=POSTGRES) == "postgres://u:p@db/x"
    assert env.flag("FLAG", default=False) is True
    assert env.words("WORDS") == ["a", "b"]
    assert env.integer("NUMBER") == 12
    assert env.url("PUBLIC", schemes=("https",)) == "https://bot.example.test"
    env.check()


def test_a_number_below_its_minimum_is_malformed():
    env = Env({"THREADS": "0"})
    env.integer("THREADS", 4, minimum=1)

    assert env.problems == ["THREADS is malformed: must be at least 1"]


def test_bytes_come_as_base64_even_if_broken_into_lines():
    env = Env({"COOKIES": "Y29v\n a2ll\n", "SPOILT": "s3cret!"})

    assert env.base64("COOKIES") == b"cookie"
    assert env.base64("UNSET", b"") == b""
    assert env.base64("SPOILT", b"") == b""
    assert env.problems == ["SPOILT is malformed: expected base64"]
