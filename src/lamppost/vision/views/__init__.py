"""Pages of vision."""
