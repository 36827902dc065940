"""What happened to an order, step by step, and how the ways to the providers are doing."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from botapp.models.generation import GenRequest


class GenEvent(models.Model):
    """One step of an order's life; rows are only ever added."""

    class Kind(models.TextChoices):
        PLACED = "placed", "оформлен и оплачен"
        SUBMITTED = "submitted", "запрос отправлен провайдеру"
        ACCEPTED = "accepted", "провайдер принял задание"
        REFUSED = "refused", "провайдер отказал"
        WAITING = "waiting", "ждёт провайдера"
        RECOVERING = "recovering", "ответ потерян, ищем задание"
        RECOVERED = "recovered", "задание нашлось"
        CALLBACK = "callback", "провайдер сообщил сам"
        GENERATED = "generated", "результат сохранён"
        DELIVERED = "delivered", "доставлен"
        FAILED = "failed", "закрыт с ошибкой"
        REFUNDED = "refunded", "токены возвращены"
        CANCEL_ASKED = "cancel_asked", "человек просит отменить"
        CANCELLED = "cancelled", "отменён"
        LATE = "late", "опоздавший результат, доставлен бесплатно"

    request = models.ForeignKey(
        GenRequest, on_delete=models.PROTECT, related_name="events", verbose_name="заказ"
    )
    kind = models.CharField("что", max_length=16, choices=Kind.choices)
    at = models.DateTimeField("когда", default=timezone.now)
    route = models.CharField("маршрут", max_length=140, blank=True, default="")
    provider_job_id = models.CharField("задание у провайдера", max_length=512, blank=True)
    cost_usd = models.DecimalField(
        "цена провайдера, $", max_digits=10, decimal_places=4, null=True, blank=True
    )
    detail = models.TextField("подробности", blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = "событие заказа", "события заказов"
        ordering = ["request", "id"]

    def __str__(self) -> str:
        return f"заказ {self.request_id}: {self.get_kind_display()}"


class RouteCircuitQuerySet(models.QuerySet["RouteCircuit"]):
    def open_at(self, now: datetime) -> "RouteCircuitQuerySet":
        return self.filter(open_until__gt=now)


class RouteCircuit(models.Model):
    """How one route to a model is doing: after failures it is left alone until `open_until`."""

    route = models.CharField("маршрут", max_length=140, unique=True)
    failures_in_row = models.PositiveIntegerField("отказов подряд", default=0)
    last_failure = models.CharField("последний отказ", max_length=32, blank=True, default="")
    last_detail = models.TextField("подробности", blank=True, default="")
    last_failed_at = models.DateTimeField("когда отказал", null=True, blank=True)
    last_served_at = models.DateTimeField("когда сработал", null=True, blank=True)
    open_until = models.DateTimeField("обходим до", null=True, blank=True)

    objects = RouteCircuitQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "маршрут", "маршруты"
        ordering = ["route"]
        constraints = [models.CheckConstraint(condition=~Q(route=""), name="routecircuit_has_name")]

    def __str__(self) -> str:
        return self.route
