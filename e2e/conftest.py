"""One running product for all end-to-end tests that a worker runs in a row.

It ends with them: idle, it takes a tenth of a core from the tests that follow.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.stage import Stage, running_product

LONG = {"test_every_model", "test_crowds", "test_light_profile", "test_random_people"}


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data_dir: Path = tmp_path_factory.mktemp("product")
    with running_product(data_dir) as product:
        yield product
        # Whatever the stories did to it, alone and together, the ledger adds up.
        audit = product.manage("audit_ledger", "--skip-checks")
        assert audit.returncode == 0, (audit.stdout, audit.stderr)


@pytest.fixture(autouse=True)
def _every_route_is_closed_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """A failure that one test scripts leads no later test past the usual provider."""
    yield
    if "stage" in request.fixturenames:
        request.getfixturevalue("stage").forget_failures()


def pytest_itemcollected(item: pytest.Item) -> None:
    """They share a product, hence a worker of a parallel run; the long ones have another.

    Here and not when all is collected: by then the parallel run has read the groups.
    """
    if {"stage", "light_stage"} & set(getattr(item, "fixturenames", ())):
        group = "e2e-long" if item.path.stem in LONG else "e2e"
        item.add_marker(pytest.mark.xdist_group(group))
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.timeout(180))
