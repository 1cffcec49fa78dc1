"""Reviews: every client assessed anew in its time (domain.md A4.5, A10)."""
