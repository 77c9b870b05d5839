"""Reads of vision: questions, votes, landscapes, goals, organisations' views."""
