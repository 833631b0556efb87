"""What an upload turns out to be: several files in one, a web page, counts in place of a list."""
