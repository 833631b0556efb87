"""Targets as a plan: who reaches which rate by when, made, kept, and turned into a scenario."""
