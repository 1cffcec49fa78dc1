"""The same bank, client and rulebooks as standing's tests."""

from tests.standing.conftest import app, assess, bank_in_new_york, client, core, founding, know, of

__all__ = ["app", "assess", "bank_in_new_york", "client", "core", "founding", "know", "of"]
