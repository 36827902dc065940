"""Beat's app: the schedule without the tasks. It only rings, so it need not load the product."""

from config.celery import make_app

app = make_app()
