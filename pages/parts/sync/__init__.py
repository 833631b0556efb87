"""The page Sync: gaps between portals and lists of dossiers."""
