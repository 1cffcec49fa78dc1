"""Visits and plans of visits: told, judged, recorded, corrected, voided (domain.md D2, D4)."""
