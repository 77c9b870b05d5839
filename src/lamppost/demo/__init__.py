"""The made-up town of Harbourlea, generated from one seed, with its true effects known."""
