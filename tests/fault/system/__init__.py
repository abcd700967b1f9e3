"""The processes that a run starts, and what it does to them."""
