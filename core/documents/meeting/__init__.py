"""What a meeting is shown of a plan or scenario: a few slides, and one page."""
