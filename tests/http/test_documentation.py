"""The pages work on a host that reaches no other."""

import re

import httpx2
import pytest

_REFERENCE = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)""")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_a_page_refers_to_this_host_alone(stranger: httpx2.AsyncClient, path: str) -> None:
    page = await stranger.get(path)
    assert page.status_code == 200
    assert "://" not in page.text.replace("http://www.w3.org", "")
    references = set(_REFERENCE.findall(page.text))
    assert any(reference.endswith(".js") for reference in references)
    for reference in references:
        assert reference.startswith("/")
        assert (await stranger.get(reference)).status_code == 200, reference


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_policy_permits_this_host_alone(stranger: httpx2.AsyncClient, path: str) -> None:
    policy = (await stranger.get(path)).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    assert re.search(r"script-src 'self'[^;]*'unsafe", policy) is None


async def test_redoc_asks_nobody_for_its_logo(stranger: httpx2.AsyncClient) -> None:
    assert "cdn.redoc.ly" not in (await stranger.get("/docs/assets/redoc.standalone.js")).text


async def test_only_the_pages_assets_are_served(stranger: httpx2.AsyncClient) -> None:
    assert (await stranger.get("/docs/assets/../../etc/passwd")).status_code in {404, 422}
    assert (await stranger.get("/docs/assets/passwd")).status_code == 422


async def test_the_document_is_served(stranger: httpx2.AsyncClient) -> None:
    document = (await stranger.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
