"""One sound request for each route: what contract and hostility tests start from. A new route adds its own."""

from typing import Any, Final

from fastapi.routing import APIRoute

_FACTS: Final = {"segment": "corporate", "deposit_balance": "230000000.00", "co_managed": True}
_ITEM: Final = {
    "client_id": "C-1",
    "facts": _FACTS | {"credit_target": {"value": "0", "as_of": "2026-11-01", "source": "crm"}},
}

SAMPLES: Final[dict[str, Any]] = {
    "POST /v1/score": {
        "client_id": "C-1",
        "rulebook": "strategic-clients",
        "version": 1,
        "as_of": "2026-11-22",
        "facts": {
            "overdue_days": 0,
            "annual_revenue": "35亿",
            "revenue_growth": {"value": "28%", "as_of": "2026-11-01", "source": "crm"},
        },
        "standing": {"tier": "key", "since": "2026-01-01", "reviews_below": 0},
        "nearest": False,
    },
    "POST /v1/score/batch": {"rulebook": "corporate-classes", "as_of": "2026-11-22", "items": [_ITEM]},
    "POST /v1/rulebooks/check": {"document": "rulebook: corporate-classes\n"},
    "POST /v1/rulebooks/{name}/versions": {"document": "rulebook: corporate-classes\n"},
    "POST /v1/rulebooks/{name}/versions/{version}/publish": {"effective_from": "2027-01-01"},
}
"""A sound body by `METHOD /path/{template}`."""

_PATH_VALUES: Final = {"name": "corporate-classes", "version": "1"}


def path_of(route: APIRoute) -> str:
    """The route's path with values that exist on a new installation."""
    return route.path_format.format_map(_PATH_VALUES)
