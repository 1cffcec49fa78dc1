"""Proofs about a compiled rulebook: what is reachable, what range scores have, what may surprise."""
