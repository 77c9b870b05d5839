"""Pages of impact: verdicts, plans, files."""
