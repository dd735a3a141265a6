"""A Google of our own on the loopback address, and Google's own description of its API to judge both sides by."""
