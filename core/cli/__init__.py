"""Answers of the command line, as dictionaries and lines."""
