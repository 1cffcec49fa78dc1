"""Contacts that are owed for a reason of their own (domain.md G4)."""
