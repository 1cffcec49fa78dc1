"""One sound request for each route: what contract and hostility tests start from. A new route adds its own."""

from typing import Any, Final

from fastapi.routing import APIRoute

SAMPLES: Final[dict[str, Any]] = {}
"""A sound body by `METHOD /path/{template}`."""

PATH_VALUES: Final = {"name": "corporate-classes", "version": "1", "number": "1"}
"""What stands for each path parameter."""


def path_of(route: APIRoute) -> str:
    return route.path_format.format_map(PATH_VALUES)
