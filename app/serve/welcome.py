"""What a newcomer reads when the server is up."""

import json
import shlex
from pathlib import Path

_FACTS = {"segment": "corporate", "deposit_balance": "230000000.00", "co_managed": True}
_EXAMPLE = {"rulebook": "corporate-classes", "facts": _FACTS}

_MAKE_KEY = ".venv/bin/tierbook keys create --name me --scope score:run"


def welcome(base: str, database: str, new_key: str | None, home: Path | None = None) -> str:
    """Return the lines to print: where the docs are, the first key where it was made just now, a call that works.

    `home` is the folder that commands must be told of to find the database; None where they find it by themselves.
    """
    how = [] if new_key is None else [f"  administrator key    {new_key}", f"{'':23}shown this once; keep it"]
    bearer = (
        '"Authorization: Bearer $TIERBOOK_KEY"' if new_key is None else shlex.quote(f"Authorization: Bearer {new_key}")
    )
    told = f"TIERBOOK_HOME={shlex.quote(str(home))} " if home else ""
    before = [f"export TIERBOOK_KEY=$({told}{_MAKE_KEY})  # or a key you have"] if new_key is None else []
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
