"""Coverage as it is asked for: figures with their arithmetic, files, revisions (domain.md D2, G3)."""
