"""Proof for operations: whatever was scheduled is accounted for, and so is every delivery."""
