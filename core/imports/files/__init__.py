"""Bytes of any kind become tables of cells, or one sentence why not."""
