"""Fetches what people show as a reference, from public addresses only."""
