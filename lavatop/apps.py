from django.apps import AppConfig


class LavatopConfig(AppConfig):
    name = "lavatop"
    verbose_name = "Платежи"
