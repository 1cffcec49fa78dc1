"""The API's description as it is committed, which `test_openapi` holds against the build: to build it takes seconds."""

import json
from typing import Any, Final

from app.db.migrate import ROOT

COMMITTED: Final = (ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8")
DOCUMENT: Final[dict[str, Any]] = json.loads(COMMITTED)
OPERATIONS: Final = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
