"""Lists of dossiers too long for memory: cut into buckets, each matched by itself, summed."""
