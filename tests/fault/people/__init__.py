"""What people do, and the rules that look at it, at random."""
