"""The route table, in reading order."""

from typing import Final

from fastapi import APIRouter

import app.rulebooks.routes as rulebooks
import app.tiering.routes as tiering
from app.http import documentation, operations

ROUTERS: Final[tuple[APIRouter, ...]] = (
    tiering.router,
    rulebooks.router,
    operations.router,
    documentation.router,
)
"""Every router of Tierbook; each route names its own full path, operation id and scope."""

TAGS: Final = (
    {"name": "scoring", "description": "Score and tier clients; stateless, nothing is stored. (评分与分层)"},
    {"name": "rulebooks", "description": "Published policies as data: read, check, draft, publish. (细则)"},
    {"name": "operations", "description": "For those who run Tierbook. (运维)"},
)

DESCRIPTION: Final = """\
Scores and tiers a bank's clients by published rulebooks. (客户评分与分层)

**Keys.** Send `Authorization: Bearer tb_…`. Make keys with `tierbook keys create`. Each operation names the scope that
it needs.

**Problems.** Every refusal is `application/problem+json` (RFC 9457). `type` is `urn:tierbook:problem:<code>`: stable,
made to be switched on. `errors[]` names each part of the request that is wrong, by JSON pointer, and never repeats its
value.

**Numbers.** Money and scores travel as decimal strings. On input a JSON number will do; it is read exactly as written.

**Request ids.** Each answer carries `X-Request-Id`, which is also in our log. Send your own (8 to 64 of
`A-Za-z0-9._:-`) to have it used.
"""
