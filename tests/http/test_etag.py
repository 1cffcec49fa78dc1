"""What a request may expect of the revision that is there."""

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from app.access.guard import requires
from app.access.scopes import Scope
from app.errors import PreconditionFailed
from app.http.etag import PRECONDITIONS, etag, expect
from app.http.openapi import Application
from app.http.routing import Router


def holds(headers: dict[str, str] | list[tuple[str, str]], revision: int | None) -> bool:
    lines = list(headers.items()) if isinstance(headers, dict) else headers
    raw = [(name.lower().encode(), value.encode()) for name, value in lines]
    try:
        expect(Headers(raw=raw), revision)
    except PreconditionFailed:
        return False
    return True


@given(st.none() | st.integers(1, 2**31))
def test_a_request_that_expects_nothing_passes(revision: int | None) -> None:
    assert holds({}, revision)


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_the_revision_that_was_read_must_still_be_there(read: int, there: int) -> None:
    assert holds({"If-Match": etag(read)}, there) == (read == there)
    assert not holds({"If-Match": etag(read)}, None)


def test_a_tag_without_quotes_is_told_to_be_quoted() -> None:
    def told(tag: str) -> str | None:
        with pytest.raises(PreconditionFailed) as refused:
            expect(Headers({"If-Match": tag}), 3)
        return refused.value.detail

    assert told("3") == 'It is at "3". A tag stands in quotes: quote it.'
    assert told('"2"') == told('W/"3"') == 'It is at "3".'


@given(st.integers(1, 1000))
def test_create_only_passes_where_nothing_is(there: int) -> None:
    assert holds({"If-None-Match": "*"}, None)
    assert not holds({"If-None-Match": "*"}, there)


@pytest.mark.parametrize(
    ("headers", "there", "passes"),
    [
        ({"If-Match": "*"}, 3, True),
        ({"If-Match": "*"}, None, False),
        ({"If-Match": '"1", "3"'}, 3, True),
        ([("If-Match", '"1"'), ("If-Match", '"3"')], 3, True),
        ({"If-Match": 'W/"3"'}, 3, False),
        ({"If-Match": "3"}, 3, False),
        ({"If-Match": ""}, 3, False),
        ({"If-Match": '"3'}, 3, False),
        ({"If-None-Match": '"3"'}, 3, False),
        ({"If-None-Match": 'W/"3"'}, 3, False),
        ({"If-None-Match": '"2"'}, 3, True),
        ([("If-None-Match", '"1"'), ("If-None-Match", "*")], 3, False),
        ({"If-Match": '"3"', "If-None-Match": "*"}, 3, False),
    ],
)
def test_tags_are_compared_as_rfc_9110_has_it(
    headers: dict[str, str] | list[tuple[str, str]], there: int | None, *, passes: bool
) -> None:
    assert holds(headers, there) == passes


def test_a_route_that_takes_the_headers_documents_them_and_their_problem() -> None:
    router = Router()

    @router.put("/thing", operation_id="putThing", dependencies=[requires(Scope.ADMIN)], openapi_extra=PRECONDITIONS)
    async def put_thing() -> None:
        """Change it."""

    @router.get("/thing", operation_id="readThing", dependencies=[requires(Scope.ADMIN)])
    async def read_thing() -> None:
        """Read it."""

    app: FastAPI = Application()
    app.router.routes.extend(router.routes)
    operations = app.openapi()["paths"]["/thing"]
    named = [each["name"] for each in operations["put"]["parameters"] if "name" in each]
    assert named == ["If-Match", "If-None-Match"]
    assert "412" in operations["put"]["responses"]
    assert "412" not in operations["get"]["responses"]
