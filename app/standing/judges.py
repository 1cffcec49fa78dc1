"""One judge for each published version, made when it is first asked for."""

from app.rulebooks.published import Published
from app.rulebooks.registry import Registry
from app.standing.verdict import Judge


class Judges:
    """The judges of this process; lives on the event loop."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._made: dict[Published, Judge] = {}

    def by_digest(self, digest: str) -> Judge:
        """The judge of the version that decided, by its content; raises as the registry's `by_digest` does."""
        return self.of(self.registry.by_digest(digest))

    def of(self, published: Published) -> Judge:
        """The judge of a version."""
        if published not in self._made:
            self._made[published] = Judge(published)
        return self._made[published]
