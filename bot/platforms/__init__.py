"""One chat platform a file: translate and transport, nothing else."""
