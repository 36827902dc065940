"""How long a model usually works, learned from its own latest orders."""

from statistics import median

from botapp import catalog
from botapp.models import AIModel, GenRequest

LATEST = 50
# With fewer orders than this the card's estimate is better than their median.
ENOUGH = 5


def usual_time_s(model: AIModel, *, duration_s: int | None = None) -> float:
    """Median working time of the latest delivered orders, of the same length where there are
    enough of them; the card's estimate before that."""
    done = GenRequest.objects.filter(
        ai_model=model, status=GenRequest.Status.DONE, processing_time__isnull=False
    ).order_by("-completed_at")
    for orders in (done.filter(duration=duration_s), done):
        times = [
            took_s
            for took_s in orders.values_list("processing_time", flat=True)[:LATEST]
            if took_s is not None
        ]
        if len(times) >= ENOUGH:
            return median(times)
    card = catalog.find(model.slug)
    return float(card.usual_time_s) if card else 60.0
