"""The five parts of the story, each from public rows."""
