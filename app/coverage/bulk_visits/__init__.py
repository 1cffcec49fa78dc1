"""Visits by the thousand: lines of a file, each judged as a single visit is."""
