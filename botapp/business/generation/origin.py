"""What an order began with."""

from botapp.models import Recipe


def find_recipe(recipe_id: int | None) -> Recipe | None:
    """The recipe, unless its author has erased it since."""
    if recipe_id is None:
        return None
    return Recipe.objects.filter(pk=recipe_id).first()
