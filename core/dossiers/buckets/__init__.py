"""Lists of dossiers that are too long for memory: cut into buckets, each matched by itself, summed."""
