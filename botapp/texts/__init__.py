"""Every sentence a user reads, in English msgids with full Russian and English catalogs.

Functions return HTML for Telegram, with everything a person typed escaped; the language is the
one activated around the call.
"""
