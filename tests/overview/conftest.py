"""The same bank, client and rulebooks as standing's tests."""

from tests.standing.conftest import app, assess, client, core, know, of

__all__ = ["app", "assess", "client", "core", "know", "of"]
