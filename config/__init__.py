import lazy_aiogram
from config.celery import app as celery_app

__all__ = ["celery_app"]

# Before any part of the product brings it.
lazy_aiogram.install()
