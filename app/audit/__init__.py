"""The trail read and proved: the hash chain, signed checkpoints, verification."""
