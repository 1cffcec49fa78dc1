"""Receivers of events, and what became of telling them: signed, retried, parked, never dropped."""
