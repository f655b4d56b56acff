"""Lists in and out, for the command line and the chat alike: their words, their report, their steps."""
