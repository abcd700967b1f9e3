"""Those who talk to the daemon, and what they keep of its answers."""
