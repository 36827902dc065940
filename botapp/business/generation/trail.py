"""The append-only trail of an order: what happened, when, at which provider, at what cost."""

from decimal import Decimal

from botapp.models import GenEvent, GenRequest

Kind = GenEvent.Kind


def record(
    order: GenRequest, kind: GenEvent.Kind, *, detail: str = "", cost_usd: Decimal | None = None
) -> None:
    """Add one step, with the route and the job as they are at this moment."""
    GenEvent.objects.create(
        request_id=order.pk,
        kind=kind,
        route=f"{order.provider}:{order.model}",
        provider_job_id=order.provider_job_id,
        cost_usd=cost_usd,
        detail=detail,
    )
