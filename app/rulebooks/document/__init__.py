"""The form of a rulebook document: Pydantic models, and the JSON Schema that editors complete from."""

from app.rulebooks.document.book import RulebookDocument, json_schema

__all__ = ["RulebookDocument", "json_schema"]
