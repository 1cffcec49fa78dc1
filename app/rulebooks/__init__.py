"""Rulebooks: documents, the checker, published versions, and the shipped library."""
