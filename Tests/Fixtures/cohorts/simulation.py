"""Draws the cohort that `simulate` promises, in numpy, many times over, and records means and deviations of what can be
seen in it.

    python simulation.py > simulation.json
"""
import json
import sys

import numpy

repeats, n, patches, features, sets, genes = 60, 300, 96, 48, 40, 32


def concordance(time, event, risk):
    comparable = (time[:, None] < time[None]) & event[:, None]
    higher = (risk[:, None] > risk[None]) + 0.5 * (risk[:, None] == risk[None])
    return (higher * comparable).sum() / comparable.sum()


def draw(g):
    w_h, w_g = 0.6 * g.standard_normal((6, features)), 0.5 * g.standard_normal((6, genes))
    loading, background = abs(g.standard_normal((sets, genes))), g.standard_normal((6, features))
    z, u_h, u_g = (g.standard_normal((n, 3)) for _ in range(3))
    informative = g.random((n, patches)) < 0.15
    centre = numpy.where(
        informative[..., None],
        (numpy.hstack([z, u_h]) @ w_h)[:, None],
        background[g.integers(0, 6, (n, patches))],
    )
    x = centre + g.standard_normal((n, patches, features))
    expression = g.standard_normal((n, sets, genes))
    expression[:, : sets // 5] += (numpy.hstack([z, u_g]) @ w_g)[:, None] * loading[None, : sets // 5]
    eta = 0.5 * z.sum(1) + 0.4 * u_h.sum(1) + 0.4 * u_g.sum(1)
    event_time = g.exponential(size=n) * numpy.exp(-eta)
    censoring = 1.5 * g.exponential(size=n)
    time, event = numpy.minimum(event_time, censoring), event_time <= censoring
    # Mean over a patient's informative patches against the signal it should show: correlation over all features.
    own = numpy.stack([x[i][informative[i]].mean(0) if informative[i].any() else numpy.zeros(features) for i in range(n)])
    return {
        "event_share": event.mean(),
        "concordance": concordance(time, event, eta),
        "mean_log_time": numpy.log(time).mean(),
        "risk_variance": eta.var(),
        "informative_share": informative.mean(),
        "informative_patch_square": (x[informative] ** 2).mean(),
        "background_patch_square": (x[~informative] ** 2).mean(),
        "informative_gene_square": (expression[:, : sets // 5] ** 2).mean(),
        "other_gene_square": (expression[:, sets // 5 :] ** 2).mean(),
        "patient_mean_square": (own**2).mean(),
    }


drawn = [draw(numpy.random.default_rng(seed)) for seed in range(repeats)]
moments = {
    key: {
        "mean": float(numpy.mean([d[key] for d in drawn])),
        "deviation": float(numpy.std([d[key] for d in drawn], ddof=1)),
    }
    for key in drawn[0]
}
json.dump({"numpy": numpy.__version__, "repeats": repeats, "moments": moments}, sys.stdout, indent=1)
print()
