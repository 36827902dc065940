"""The developer's own Postgres and Redis: what is wrong with them is said in one line, before
anything is started or written."""

from urllib.parse import urlsplit

import dj_database_url
import psycopg2  # type: ignore[import-untyped]
import redis

from config.env import Env
from devkit.demo_environment import DemoError, Options

REACHABLE_TIMEOUT_S = 5
# Tables of somebody else, where none is ours; Django's own are made first.
COUNT_FOREIGN = r"""
SELECT count(*) FROM pg_tables
WHERE schemaname = current_schema() AND tablename !~ '^(django|auth)_'
AND tablename NOT IN ('token_packages', 'pricing_settings')
AND NOT EXISTS (
    SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ '^botapp_'
)
"""


def refuse_unusable(options: Options) -> None:
    """Raises DemoError for a server that does not serve us; passwords stay unprinted."""
    if options.database_url:
        _refuse_malformed("DATABASE_URL", options.database_url, ("postgres", "postgresql"))
        _refuse_database(options.database_url)
    if options.redis_url:
        _refuse_malformed("REDIS_URL", options.redis_url, ("redis", "rediss"))
        _refuse_redis(options.redis_url)


def _refuse_malformed(name: str, url: str, schemes: tuple[str, ...]) -> None:
    env = Env({name: url})
    env.url(name, schemes=schemes)
    for problem in env.problems:
        raise DemoError(problem)


def _refuse_database(url: str) -> None:
    given = dj_database_url.parse(url)
    options = {"connect_timeout": REACHABLE_TIMEOUT_S} | given.get("OPTIONS", {})
    try:
        connection = psycopg2.connect(
            dbname=given["NAME"],
            user=given["USER"],
            password=given["PASSWORD"],
            host=given["HOST"],
            port=given["PORT"],
            **options,
        )
    except psycopg2.Error as error:
        raise DemoError(f"DATABASE_URL: {_first_line(error)}") from error
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_FOREIGN)
            [foreign] = cursor.fetchone() or (0,)
    finally:
        connection.close()
    if foreign:
        problem = f"the database {given['NAME']} belongs to another project"
        raise DemoError(f"DATABASE_URL: {problem} ({foreign} tables): choose an empty one")


def _refuse_redis(url: str) -> None:
    number = urlsplit(url).path.strip("/")
    if number and not number.isdigit():
        raise DemoError("REDIS_URL is malformed: expected a database's number after the host")
    timeouts = {
        "socket_timeout": REACHABLE_TIMEOUT_S,
        "socket_connect_timeout": REACHABLE_TIMEOUT_S,
    }
    try:
        with redis.Redis.from_url(url, **timeouts) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise DemoError(f"REDIS_URL: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
