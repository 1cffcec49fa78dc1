"""The bank's policy as arithmetic: pure functions over integers, dates and frozen dataclasses."""
