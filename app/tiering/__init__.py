"""Stateless scoring: one client, a batch, or a file, under published rulebooks. No tables of its own."""
