"""What is on sale: active, and servable by a provider that this deployment has a key for."""

from botapp import catalog
from botapp.business.availability import is_servable
from botapp.business.generation import ModelUnavailableError
from botapp.models import AIModel


def image_models() -> list[AIModel]:
    return [model for model in all_models() if model.type == AIModel.Type.IMAGE]


def video_models() -> list[AIModel]:
    return [model for model in all_models() if model.type == AIModel.Type.VIDEO]


def all_models() -> list[AIModel]:
    return [model for model in AIModel.objects.on_sale() if _can_be_made(model.slug)]


def get_model(slug: str) -> AIModel:
    """A model on sale. Raises ModelUnavailableError."""
    model = AIModel.objects.on_sale().filter(slug=slug).first()
    if model is None or not _can_be_made(slug):
        raise ModelUnavailableError(slug)
    return model


def take_off_sale(*, model_id: int) -> None:
    """The provider dropped the model: nobody else shall pay for it until an operator decides."""
    AIModel.objects.filter(pk=model_id).update(is_active=False)


def _can_be_made(slug: str) -> bool:
    card = catalog.find(slug)
    return card is not None and is_servable(card)
