"""URLs of receivers: one spelling, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.destination import UrlRefusedError, read_url
from tests.webhooks.forbidden import ADDRESSES, SPELLINGS, URLS


@pytest.mark.parametrize("host", SPELLINGS)
def test_an_address_has_one_spelling(host: str) -> None:
    with pytest.raises(UrlRefusedError):
        read_url(f"https://{host}/hook")


@pytest.mark.parametrize("url", URLS)
def test_what_two_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(UrlRefusedError) as refused:
        read_url(url)
    assert not url or url not in str(refused.value)


@pytest.mark.parametrize("host", ADDRESSES)
def test_an_address_is_seen_to_be_one(host: str) -> None:
    read = read_url(f"https://{host}:8443/hook")
    assert read.literal is not None
    assert str(read.literal) == read.host
    assert read.authority == (f"[{read.host}]:8443" if ":" in read.host else f"{read.host}:8443")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HTTPS://CRM.Bank.Example", "https://crm.bank.example/"),
        ("https://crm.test:443/a?b=c&d=%E4", "https://crm.test/a?b=c&d=%E4"),
        ("http://crm_app:80", "http://crm_app/"),
        ("https://xn--fiqs8s.cn/路".encode().decode("ascii", "ignore"), "https://xn--fiqs8s.cn/"),
        ("https://[2606:4700:0:0::1111]:8443/h", "https://[2606:4700::1111]:8443/h"),
        ("https://crm.test?x=1", "https://crm.test/?x=1"),
        ("https://0xa.example", "https://0xa.example/"),
        ("https://1.example", "https://1.example/"),
    ],
)
def test_a_sound_url_comes_out_in_its_one_spelling(written: str, read: str) -> None:
    assert read_url(written).url == read
    assert read_url(read) == read_url(written)


@given(st.text(max_size=60))
def test_whatever_is_read_means_the_same_when_it_is_read_again(text: str) -> None:
    for url in (text, f"https://{text}", f"https://crm.test/{text}"):
        try:
            found = read_url(url)
        except UrlRefusedError:
            continue
        assert read_url(found.url) == found
        assert found.url.isascii()
