"""Words and figures in the reader's language; nothing is drawn here."""
