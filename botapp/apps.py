from django.apps import AppConfig

# Imported for their registration; neither touches models, which are not ready yet here.
from botapp import checks  # noqa: F401


class BotappConfig(AppConfig):
    name = "botapp"
    verbose_name = "Бот"
