"""Bytes that people take away: CSV, Word."""
