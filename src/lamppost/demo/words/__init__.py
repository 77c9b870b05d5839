"""The words of the demo town, written by hand. Everybody and everything in them is invented."""
