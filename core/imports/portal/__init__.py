"""Answers of the national portal, as it gave them in 2026 and in 2025."""
