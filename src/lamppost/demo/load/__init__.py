"""Load the made-up town through the stages' own actions, as if its people had used the site."""

from .town import is_loaded, load_town, remove_town

__all__ = ["is_loaded", "load_town", "remove_town"]
