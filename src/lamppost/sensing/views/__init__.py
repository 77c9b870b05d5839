"""Pages of sensing: readings, devices, and answers of people as readings."""
