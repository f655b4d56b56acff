"""Tests of lists on the command line and of what is said of them."""
