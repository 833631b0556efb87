"""A plan becomes a folder in the format of datasets, checked before it stands."""
