"""Every kind of file that can be imported, by the module that has it as `KIND`."""

import importlib
from typing import Any, Final

from app.importing.kind import Kind

KINDS: Final = {
    "units": "app.organisation.unit_import",
    "officers": "app.organisation.officer_import",
    "clients": "app.clients.client_import",
    "assignments": "app.clients.assignment_import",
    "facts": "app.clients.fact_import",
}
"""By name, because the features lie above."""

_REGISTER: Final = ("app.recognition.queries",)
"""What has no files of its own to import, and registers with a feature that has."""


def load_kind(name: str) -> Kind[Any]:
    """Return a kind. All are loaded: what registers with the one below, as what keeps a unit open, is to be there."""
    for module in _REGISTER:
        importlib.import_module(module)
    loaded = {each: importlib.import_module(module) for each, module in KINDS.items()}
    kind: Kind[Any] = loaded[name].KIND
    return kind
