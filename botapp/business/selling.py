"""What is on sale."""

from botapp.business.generation import ModelUnavailableError
from botapp.models import AIModel


def image_models() -> list[AIModel]:
    return list(AIModel.objects.on_sale().filter(type=AIModel.Type.IMAGE))


def video_models() -> list[AIModel]:
    return list(AIModel.objects.on_sale().filter(type=AIModel.Type.VIDEO))


def all_models() -> list[AIModel]:
    return list(AIModel.objects.on_sale())


def get_model(slug: str) -> AIModel:
    """A model on sale. Raises ModelUnavailableError."""
    model = AIModel.objects.on_sale().filter(slug=slug).first()
    if model is None:
        raise ModelUnavailableError(slug)
    return model


def take_off_sale(*, model_id: int) -> None:
    """The provider dropped the model: nobody else shall pay for it until an operator decides."""
    AIModel.objects.filter(pk=model_id).update(is_active=False)
