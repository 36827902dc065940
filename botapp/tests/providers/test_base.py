from botapp.providers.base import Failure, ProviderError


def test_a_quoted_address_is_told_by_its_host_only():
    said = 'could not fetch "https://bot.example/api/files/s3cret?x=1" (http://cdn.example/a.png)'

    error = ProviderError(Failure.BAD_INPUT, said)

    assert error.detail == 'could not fetch "https://bot.example…" (http://cdn.example…'
    assert "s3cret" not in str(error)


def test_what_postgres_cannot_keep_is_left_out():
    assert ProviderError(Failure.POLICY, "bad\0 words").detail == "bad words"
