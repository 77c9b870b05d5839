"""Small types that every engine shares."""
