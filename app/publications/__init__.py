"""What is told of rulebooks that come to govern, and of pilots that end (domain.md A17)."""
