"""Lamppost: the open platform on which a city runs its urban technology partnerships."""

__version__ = "0.1.0"
