"""Who is reminded of what, and when: occasions, recipients, and the rows that make each of them once."""
