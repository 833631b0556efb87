"""Tables that people made: workbooks, CSV, Word and pasted ones."""
