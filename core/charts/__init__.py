"""Plotly figures from what is computed; look.py has every colour."""
