"""What a newcomer reads when the server is up."""

import json
import shlex

_FACTS = {"segment": "corporate", "deposit_balance": "230000000.00", "co_managed": True}
_EXAMPLE = {"rulebook": "corporate-classes", "as_of": "2026-11-22", "facts": _FACTS}


def welcome(base: str, database: str, new_key: str | None) -> str:
    """Return the lines to print: where the docs are, the first key where it was made just now, a call that works."""
    if new_key is None:
        key = '"$TIERBOOK_KEY"'
        how = [
            "  no key at hand?      .venv/bin/tierbook keys create",
            "  then                 export TIERBOOK_KEY=tb_…",
            "",
        ]
    else:
        key = shlex.quote(new_key)
        how = ["  administrator key    " + new_key, "                       shown this once; keep it", ""]
    return "\n".join(
        [
            "",
            f"Tierbook serves on {base}",
            "",
            f"  documentation        {base}/docs",
            f"  database             {database}",
            *how,
            "Try it:",
            "",
            f"curl -sS {base}/v1/score -H 'Content-Type: application/json' \\",
            f"  -H 'Authorization: Bearer '{key} \\",
            f"  -d {shlex.quote(json.dumps(_EXAMPLE))}",
            "",
            "Ctrl-C stops it.",
            "",
        ]
    )
