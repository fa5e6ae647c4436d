"""What tests and benchmarks lean on: an LLM server on the loopback, and an event loop with simulated time."""
