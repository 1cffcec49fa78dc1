"""Clients, their facts with history, contacts, relations and the team that covers them."""
