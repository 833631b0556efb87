"""The pieces matched by Spark: rows of both sides are grouped by piece, each group by one task.

The task is the same function that matches a piece here, with its own DuckDB; Spark moves rows and
nothing else. pyspark and Java are asked for only when this is used.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.dossiers.buckets.piece import Decided, match_rows
from core.dossiers.buckets.spill import STORED, Piece, Spilled, shaped
from core.dossiers.queries import SIDES
from core.dossiers.results.told import Told
from core.problems import DataError, Problem

_ROOT = Path(__file__).resolve().parents[3]
ANSWER = pa.schema({"piece": pa.string(), "name": pa.string(), "table": pa.binary()})
_TYPES = {"int64": "BIGINT", "string": "STRING", "date32[day]": "DATE", "bool": "BOOLEAN"}
_NEEDS = "pyspark (requirements-spark.txt) and Java 17 or newer ({reason})"


def on_workers(spilled: Spilled, pieces: Sequence[Piece], ahead: Decided) -> Iterator[Told]:
    """What each piece tells. Raises DataError where Spark can't be started."""
    session = _session(len(pieces))
    try:
        sides = [_side(session, spilled, side) for side in SIDES]
        grouped = [rows.groupBy("province", "bucket") for rows in sides]
        told = grouped[0].cogroup(grouped[1])
        answers = told.applyInArrow(task(ahead), "piece STRING, name STRING, table BINARY")
        found: dict[str, Told] = {}
        for row in answers.collect():  # small tables; all pieces at the same time
            with pa.ipc.open_stream(bytes(row["table"])) as stream:
                found.setdefault(row["piece"], {})[row["name"]] = stream.read_all()
    finally:
        session.stop()
    yield from found.values()


def task(ahead: Decided) -> Callable[[Any, pa.Table, pa.Table], pa.Table]:
    """What a worker does with one group: the key, the rows of the province, the national rows."""

    def match_group(key: Any, provincial: pa.Table, national: pa.Table) -> pa.Table:
        province, bucket = (part.as_py() for part in key)
        rows = {"provincial": shaped(provincial), "national": shaped(national)}
        told = match_rows(rows, (province, bucket), ahead)
        tables = [_bytes(table) for table in told.values()]
        names = [f"{province}-{bucket}"] * len(told)
        return pa.table([pa.array(names), pa.array(list(told)), tables], ANSWER)

    return match_group


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def _session(pieces: int) -> Any:
    """A session of this computer, or of the cluster that SPARK_MASTER names. Raises DataError."""
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise _absent(str(error)) from None
    # workers import this program from where it lies
    paths = [str(_ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(path for path in paths if path))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("match").master(
        os.environ.get("SPARK_MASTER", "local[*]")
    )
    settings = {
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": str(pieces),
        "spark.sql.adaptive.coalescePartitions.enabled": "false",  # a task holds one piece
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    if "SPARK_MASTER" in os.environ:  # the workers are elsewhere: Spark finds its own address
        settings = {k: v for k, v in settings.items() if not k.startswith("spark.driver")}
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkRuntimeError, OSError) as error:
        raise _absent(str(error)) from None


def _absent(reason: str) -> DataError:
    details = {"reason": reason.splitlines()[0] if reason else "not installed"}
    return DataError([Problem("--executor", None, None, "spark", _NEEDS, details)])


def _side(session: Any, spilled: Spilled, side: str) -> Any:
    columns = ", ".join(f"`{entry.name}` {_TYPES[str(entry.type)]}" for entry in STORED)
    schema = f"{columns}, province STRING, bucket INT"
    return session.read.schema(schema).parquet(str(spilled.folder / side))
