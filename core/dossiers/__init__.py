"""Two uploaded lists of dossiers, matched."""
