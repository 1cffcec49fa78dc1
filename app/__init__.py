"""Tierbook: scores and tiers a bank's clients by published rulebooks. `README.md` walks the folders."""
