"""Pure functions from arrays and plain records to frozen results; no Django, no clock."""
