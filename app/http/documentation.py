"""The OpenAPI document and two ways to read it, from this host alone: the bank's network may have no other.

The scripts come out of the wheel `fastapi-offline`. The pages' Content-Security-Policy permits nothing from
elsewhere, and of inline scripts exactly the one that starts Swagger UI, by its hash.
"""

import base64
import hashlib
import re
from importlib.resources import files
from typing import Final, Literal

import orjson
from fastapi import Request, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html

from app.access.guard import public
from app.http.routing import Router

_ASSETS: Final = files("fastapi_offline") / "static"
_PATH: Final = "/docs/assets"
_MEDIA_TYPES: Final = {"js": "text/javascript", "css": "text/css", "png": "image/png"}
_INLINE: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_ELSEWHERE: Final = (b"https://cdn.redoc.ly/redoc/logo-mini.svg", b"data:,")

Asset = Literal["swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js", "favicon.png"]

router = Router(include_in_schema=False, dependencies=[public()])


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """Return the contract, the same as `openapi/openapi.json` of this build."""
    return Response(orjson.dumps(request.app.openapi()), media_type="application/json")


@router.get("/docs")
async def swagger_ui(request: Request) -> Response:
    """Try the API in the browser."""
    root = _root(request)
    page = get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title=f"{request.app.title} · API",
        swagger_js_url=f"{root}{_PATH}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{_PATH}/swagger-ui.css",
        swagger_favicon_url=f"{root}{_PATH}/favicon.png",
        swagger_ui_parameters={"validatorUrl": None, "persistAuthorization": False},
    )
    return _page(bytes(page.body))


@router.get("/redoc")
async def redoc(request: Request) -> Response:
    """Read the API."""
    root = _root(request)
    page = get_redoc_html(
        openapi_url=f"{root}/openapi.json",
        title=f"{request.app.title} · API",
        redoc_js_url=f"{root}{_PATH}/redoc.standalone.js",
        redoc_favicon_url=f"{root}{_PATH}/favicon.png",
        with_google_fonts=False,
    )
    return _page(bytes(page.body))


@router.get(f"{_PATH}/{{name}}")
def asset(name: Asset) -> Response:
    """Return a script, a style or a picture of the two pages."""
    content = (_ASSETS / name).read_bytes().replace(*_ELSEWHERE)
    media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
    return Response(content, media_type=media_type, headers={"Cache-Control": "public, max-age=86400"})


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


def _page(html: bytes) -> Response:
    hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _INLINE.findall(html))
    policy = "; ".join(
        (
            "default-src 'none'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "style-src 'self' 'unsafe-inline'",
            "worker-src 'self' blob:",
            "script-src 'self' " + " ".join(f"'sha256-{one}'" for one in hashes),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": policy})
