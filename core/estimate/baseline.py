"""From a dataset to the baseline that the engine starts from."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.arrays import Array, Rows
from core.dataset.facts import Dataset, facts, volume_shares
from core.dataset.priors import Likely, prior_at
from core.estimate.evidence import Evidence
from core.estimate.prior import load_prior
from core.estimate.reconcile import Reconciled, reconcile
from core.estimate.tells import past_tells, units_tell
from core.index.rollup import PROVINCE, Baseline


def solve(dataset: Dataset, likely: Sequence[Likely] = ()) -> Reconciled:
    """Everything published and estimated of the province and its units, at the dataset's date.

    `likely` is what the published rank tells of the score (`core.field.told`); what the units and
    an earlier date tell is added here.
    """
    published = facts(dataset)
    total = published.total.copy()
    if np.isnan(total[PROVINCE]) and dataset.meta.published_total is not None:
        total[PROVINCE] = dataset.meta.published_total
    everything = np.isfinite(published.rate[PROVINCE]) | published.no_data[PROVINCE]
    if everything.all():
        total[PROVINCE] = published.total[PROVINCE]
    return reconcile(
        replace(
            printed(dataset),
            total=total,
            prior=prior_at(dataset.priors, dataset.rules, dataset.meta.as_of),
            likely=(*likely, *units_tell(dataset, published), *past_tells(dataset, published)),
        )
    )


def printed(dataset: Dataset) -> Evidence:
    """What stands in the dataset's files, and nothing that is likely beside it."""
    published = facts(dataset)
    return Evidence(
        rules=dataset.rules,
        parent=parents(dataset),
        level=tuple(dataset.units["level"]),
        rate=published.rate,
        volume=published.denominator,
        no_data=published.no_data,
        volume_share=volume_shares(dataset),
        group_points=published.group_points,
        total=published.total,
        unit_prior=load_prior(dataset.rules),
    )


def parents(dataset: Dataset) -> Rows:
    """Row of the unit above each unit, -1 for the province, (U,)."""
    rows = {code: row for row, code in enumerate(dataset.units.index)}
    above = [rows.get(parent, -1) for parent in dataset.units["parent"].fillna("")]
    return np.array(above, dtype=np.intp)


def make_baseline(dataset: Dataset, solved: Reconciled) -> Baseline:
    """The engine's arrays from what was reconciled."""
    parent = parents(dataset)
    published = facts(dataset)
    return Baseline(
        dataset_id=dataset.id,
        version=dataset.version,
        rules=dataset.rules,
        units=tuple(dataset.units.index),
        level=tuple(dataset.units["level"]),
        parent=parent,
        rate=solved.rate,
        rate_sd=solved.rate_sd,
        rate_low=solved.rate_low,
        rate_high=solved.rate_high,
        carried=np.repeat(~solved.idle[:, None], solved.rate.shape[1], axis=1),
        volume=solved.volume,
        dossiers=published.denominator,
        share=solved.share,
        parent_share=_parent_share(parent, solved.volume),
        province=solved.province,
        status=solved.status,
        provincial=_provincial(dataset, solved.rate),
    )


def _parent_share(parent: Rows, volume: Array) -> Array:
    """Part of the parent's volume of units further down (U, C); 0 for those below the province."""
    share = np.zeros_like(volume)
    nested = parent > PROVINCE
    above = volume[parent[nested]]
    share[nested] = np.divide(
        np.nan_to_num(volume[nested]), above, where=above > 0, out=np.zeros_like(above)
    )
    return share


def _provincial(dataset: Dataset, rate: Array) -> Array:
    """Rates as the provincial portal counts them, (U, C), NaN where there is no pair.

    Every dossier stands on the provincial portal, so without a pair all of them is what could be
    synchronised (model of the index, section 5).
    """
    pairs = facts(dataset, portal="provincial").rate
    sync = dataset.rules.role("sync")
    if sync is None:
        return pairs
    missing = np.isnan(pairs[:, sync]) & np.isfinite(rate[:, sync])
    pairs[missing, sync] = 1.0
    return pairs
