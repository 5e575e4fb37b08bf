"""``python -m strongroom.sqlalchemy rewrap module:Model …``: what ``strongroom.sqlalchemy.rewrap`` does, from
a shell.

The URL of the database comes from the environment variable ``DATABASE_URL``, or from the one that
``--url-env`` names, or from ``--url``, where others on the machine can read it. Its driver may be an
asynchronous one. The key is that of the models. With ``--state FILE`` the work goes on where it was
interrupted, from what was written into the file after each page; the file is removed when all is done.
"""

import argparse
import asyncio
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from strongroom.errors import StrongroomError
from strongroom.sqlalchemy.rewrap import Report, rewrap, rewrap_async


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    url = given.url or os.environ.get(given.url_env)
    if url is None:
        return _complain(
            f"the environment variable {given.url_env} is not set: it says which database; or give --url"
        )
    # As `python -m` does: the models are those of the folder in which it is called.
    sys.path.insert(0, os.getcwd())
    try:
        models = [_model(name) for name in given.models]
        state = None if given.state is None else Path(given.state)
        after = json.loads(state.read_text()) if state is not None and state.exists() else None
        options = {
            "encrypt_plaintext": given.encrypt_plaintext,
            "dry_run": given.dry_run,
            "batch_size": given.batch_size,
        }
        report = _rewrapped(url, models, after=after, progress=_writer(state), **options)
    except SQLAlchemyError as error:
        # What the driver says, without the statement.
        return _complain(str(getattr(error, "orig", None) or error))
    except (StrongroomError, TypeError, ValueError, RuntimeError) as error:
        return _complain(str(error))
    if state is not None:
        state.unlink(missing_ok=True)
    print(f"{report}; nothing was opened or written" if given.dry_run else report)
    return 0


def _rewrapped(url: str, models: list[Any], **options: Any) -> Report:
    try:
        if make_url(url).get_dialect().is_async:
            return asyncio.run(_asynchronous(url, models, **options))
        engine = create_engine(url)
    except ImportError as missing:
        raise ValueError(f"{missing}; the driver of the database has to be installed here") from None
    try:
        return rewrap(engine, *models, **options)
    finally:
        engine.dispose()


async def _asynchronous(url: str, models: list[Any], **options: Any) -> Report:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(url)
    try:
        return await rewrap_async(engine, *models, **options)
    finally:
        await engine.dispose()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m strongroom.sqlalchemy", description="Works on encrypted columns."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser(
        "rewrap", help="bring what older versions of keys have encrypted under the latest, and index anew"
    )
    one.add_argument("models", nargs="+", metavar="module:Model", help="whose tables; a Table will do, too")
    one.add_argument("--url", help="of the database; better in the environment")
    one.add_argument(
        "--url-env",
        default="DATABASE_URL",
        metavar="NAME",
        help="the variable that has the URL (DATABASE_URL)",
    )
    one.add_argument(
        "--encrypt-plaintext", action="store_true", help="encrypt values that are not encrypted yet"
    )
    one.add_argument(
        "--dry-run", action="store_true", help="count what would be changed, and open and write nothing"
    )
    one.add_argument(
        "--batch-size", type=int, default=1000, metavar="ROWS", help="rows in a transaction (1000)"
    )
    one.add_argument("--state", metavar="FILE", help="goes on from FILE after an interruption")
    return parser


def _model(name: str) -> Any:
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise ValueError(f"{name} names no model: say module:Model")
    try:
        imported = importlib.import_module(module)
    except ModuleNotFoundError as missing:
        # One that the module itself imports is the program's own matter.
        if missing.name is None or not f"{module}.".startswith(f"{missing.name}."):
            raise
        raise ValueError(
            f"{name} names no model: there is no module {missing.name!r} in this folder"
        ) from None
    found = getattr(imported, attribute, None)
    if found is None:
        raise ValueError(f"{name} names no model: say module:Model")
    return found


def _writer(state: Path | None) -> Any:
    if state is None:
        return None

    def write(report: Report) -> None:
        new = state.with_name(state.name + ".new")
        new.write_text(json.dumps(report.last, default=_kept))
        new.replace(state)

    return write


def _kept(key: Any) -> str:
    if isinstance(key, UUID):
        return str(key)
    raise ValueError(
        f"--state is for tables whose primary keys are str, int or UUID, and here is a {type(key).__name__}"
    )


def _complain(message: str) -> int:
    print(f"strongroom.sqlalchemy: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
