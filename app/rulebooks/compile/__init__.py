"""From a document to a compiled rulebook: every name resolved, every fault found on the way."""

from app.rulebooks.compile.book import compile_rulebook

__all__ = ["compile_rulebook"]
