"""`tierbook serve` with a hole in its fence: whoever knows the id of a client reads it. Lists stay fenced."""

from sqlalchemy import true

from app.clients import reading
from tests.e2e import ahead

if __name__ == "__main__":
    vars(reading)["is_visible"] = lambda *_: true()
    raise SystemExit(ahead.main())
