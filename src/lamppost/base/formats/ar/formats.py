"""Arabic: Django knows the date and the time, but writes both together as English does."""

DATETIME_FORMAT = "j F، Y، g:i A"
