"""Who matches the pieces: this process in turn, several processes, or the workers of Spark."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from core.dossiers.buckets.piece import Decided, match_stored
from core.dossiers.buckets.spill import Piece, Spilled
from core.dossiers.results.told import Told

Run = Callable[[Spilled, Sequence[Piece], Decided], Iterator[Told]]


def in_turn(spilled: Spilled, pieces: Sequence[Piece], ahead: Decided) -> Iterator[Told]:
    """One after the other: memory holds one piece."""
    for piece in pieces:
        yield match_stored(spilled, piece, ahead)


def in_processes(spilled: Spilled, pieces: Sequence[Piece], ahead: Decided) -> Iterator[Told]:
    """As many at a time as this computer has cores: memory holds as many pieces."""
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    workers = min(len(pieces), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        tasks = [pool.submit(match_stored, spilled, piece, ahead) for piece in pieces]
        for task in as_completed(tasks):
            yield task.result()


def on_spark(spilled: Spilled, pieces: Sequence[Piece], ahead: Decided) -> Iterator[Told]:
    """Spark's workers: of this computer, or those of the cluster that SPARK_MASTER names, which
    must see the same folder. Raises DataError where there is no pyspark or no Java."""
    from core.dossiers.buckets.spark import on_workers  # only where it is asked for

    return on_workers(spilled, pieces, ahead)


EXECUTORS: dict[str, Run] = {"serial": in_turn, "processes": in_processes, "spark": on_spark}
