"""Writes of vision: questions, statements, votes, landscapes, goals, organisations' views."""
