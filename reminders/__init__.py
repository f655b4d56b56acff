"""What is sent and when: the outbox, its delivery and the clock."""
