"""The API's description, made without starting anything."""

import json

from pydantic import SecretStr

from app.main import create_app
from app.settings import Settings

_NOWHERE = "postgresql+psycopg://nowhere"


def openapi_document() -> str:
    """Return the OpenAPI document as indented JSON; the same whatever the settings."""
    settings = Settings.model_construct(key_secret=SecretStr("not used: nothing is hashed here")).with_database(
        _NOWHERE
    )
    return json.dumps(create_app(settings).openapi(), indent=2, ensure_ascii=False) + "\n"
