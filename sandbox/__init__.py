"""Local stand-ins that speak the real wire protocols of Telegram, Gemini and Lava.top.

The sandbox is its own process. It imports nothing of the product and is imported by nothing:
the two meet only over HTTP.
"""
