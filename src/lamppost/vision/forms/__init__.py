"""Forms of vision."""
