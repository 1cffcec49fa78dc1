"""What is asked: clients from the examples of three shipped rulebooks, from a small answer to a large one."""

import json
from dataclasses import dataclass
from typing import Any, Final

from app.rulebooks.check import load_sound
from app.rulebooks.document import RulebookDocument
from app.rulebooks.shipped import shipped_texts
from bench import load

RULEBOOKS: Final = ("corporate-classes", "national-size", "strategic-clients")
_AS_OF: Final = "2026-06-30"


@dataclass(frozen=True)
class Body:
    """A client to score."""

    rulebook: str
    content: bytes

    def request(self, key: str, path: str = "/v1/score") -> bytes:
        """The whole request, as it goes over the wire."""
        return load.request(path, key, self.content)


def bodies() -> list[Body]:
    """One client under each rulebook: the example that gives most facts."""
    documents = (load_sound(text).document for text in shipped_texts())
    return [_body(document) for document in documents if document.rulebook in RULEBOOKS]


def _body(document: RulebookDocument) -> Body:
    example = max(document.examples, key=lambda each: len(each.given))
    asked: dict[str, Any] = {"rulebook": document.rulebook, "as_of": _AS_OF, "facts": example.given}
    if example.standing:
        asked["standing"] = {"tier": example.standing.tier}
    return Body(document.rulebook, json.dumps(asked, ensure_ascii=False).encode())
