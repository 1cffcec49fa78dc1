"""What a newcomer reads when the server is up."""

import json
import shlex

_FACTS = {"segment": "corporate", "deposit_balance": "230000000.00", "co_managed": True}
_EXAMPLE = {"rulebook": "corporate-classes", "facts": _FACTS}

_KEY_AT_HAND = "export TIERBOOK_KEY=$(.venv/bin/tierbook keys create --name me --scope score:run)  # or a key you have"


def welcome(base: str, database: str, new_key: str | None) -> str:
    """Return the lines to print: where the docs are, the first key where it was made just now, a call that works."""
    how = [] if new_key is None else [f"  administrator key    {new_key}", f"{'':23}shown this once; keep it"]
    bearer = (
        '"Authorization: Bearer $TIERBOOK_KEY"' if new_key is None else shlex.quote(f"Authorization: Bearer {new_key}")
    )
    before = [_KEY_AT_HAND] if new_key is None else []
    return "\n".join(
        [
            "",
            f"Tierbook serves on {base}",
            "",
            f"  documentation        {base}/docs",
            f"  database             {database}",
            *how,
            "",
            "Try it:",
            "",
            *before,
            f"curl -sS {base}/v1/score -H 'Content-Type: application/json' \\",
            f"  -H {bearer} \\",
            f"  -d {shlex.quote(json.dumps(_EXAMPLE))}",
            "",
            "Ctrl-C stops it.",
            "",
        ]
    )
