"""What must hold afterwards. Shares no code with the daemon."""
