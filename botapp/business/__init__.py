"""The rules, one noun a module: synchronous, keyword arguments, own their transactions."""
