"""What a coding assistant may ask, over the model context protocol. Needs the extra `mcp`.

Every answer is bounded, and what is longer comes in pages. Nothing is ever written.
"""
