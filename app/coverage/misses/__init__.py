"""Why visits that are owed were not made."""
