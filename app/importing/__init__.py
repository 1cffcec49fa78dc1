"""Whole files into the database: read, every problem listed by line, applied in one transaction or not at all."""
