"""A long run at a steady rate: traffic, samples, and what must hold."""
