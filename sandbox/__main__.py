"""`python -m sandbox`: run the stand-ins until SIGTERM or SIGINT."""

import argparse
import gc
import logging
from collections.abc import Sequence

import lazy_aiogram

# Looking through what is being loaded for garbage finds none and takes a fifth of the start.
gc.disable()
lazy_aiogram.install()

from aiohttp import web

from sandbox.app import build_app
from sandbox.config import Config

# An open event stream or a hanging call must not keep the process alive.
_SHUTDOWN_TIMEOUT_S = 0.3

logger = logging.getLogger("sandbox")


def main(arguments: Sequence[str] | None = None) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    config = read_config(arguments)
    app = build_app(config)
    # What is loaded by now lives to the end; collecting it once more at exit takes a second.
    gc.freeze()
    gc.enable()
    logger.info("Sandbox listens on http://%s:%s", config.host, config.port)
    web.run_app(
        app,
        host=config.host,
        port=config.port,
        shutdown_timeout=_SHUTDOWN_TIMEOUT_S,
        access_log=None,
        print=None,
    )


def read_config(arguments: Sequence[str] | None = None) -> Config:
    """Every field of Config is an option; what is not given keeps its default."""
    defaults = Config()
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    for name in Config.__dataclass_fields__:
        default = getattr(defaults, name)
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=type(default), default=default)
    return Config(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
