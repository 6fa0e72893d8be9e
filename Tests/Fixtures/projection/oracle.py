"""Expected values for the tests of Projection, from scikit-learn, openTSNE, SciPy and plain NumPy.

    pip install scikit-learn openTSNE numpy scipy
    python oracle.py          # writes oracle.json beside itself
"""

import json
import pathlib
import platform

import numpy as np
import openTSNE
import scipy
import sklearn
from scipy.optimize import brentq
from scipy.spatial.distance import pdist, squareform
from sklearn.datasets import load_iris, make_swiss_roll
from sklearn.manifold import TSNE
from sklearn.manifold._t_sne import _joint_probabilities
from sklearn.metrics import silhouette_score

rng = np.random.default_rng(20240607)


def rounded(values, digits=4):
    return np.round(np.asarray(values, dtype=float), digits)


# ---------------------------------------------------------------- t-SNE


def joint_by_root_finding(x, perplexity):
    """P by Brent's method on each point's bandwidth, in double precision."""
    d = squareform(pdist(x, "sqeuclidean"))
    n = len(x)
    p = np.zeros((n, n))

    def conditional(i, log_beta):
        others = np.delete(d[i], i)
        w = np.exp(-np.exp(log_beta) * (others - others.min()))
        return w / w.sum()

    def excess(i, log_beta):
        q = conditional(i, log_beta)
        return -np.sum(q * np.log(np.maximum(q, 1e-300))) - np.log(perplexity)

    for i in range(n):
        root = brentq(lambda b: excess(i, b), -20, 20, xtol=1e-14, rtol=1e-14)
        p[i, np.arange(n) != i] = conditional(i, root)
    return (p + p.T) / (2 * n)


def divergence(p, y):
    w = 1 / (1 + squareform(pdist(y, "sqeuclidean")))
    np.fill_diagonal(w, 0)
    q = w / w.sum()
    mask = p > 0
    return float(np.sum(p[mask] * np.log(p[mask] / q[mask])))


def layouts(x, perplexity):
    """The divergence that each peer ends with, computed from its points with one and the same P."""
    p = joint_by_root_finding(x, perplexity)
    result = {}
    for init, seed in [("pca", 0), ("random", 1), ("random", 2), ("random", 3)]:
        y = TSNE(method="exact", init=init, perplexity=perplexity, random_state=seed).fit_transform(x)
        result[f"scikit-learn {init} {seed}"] = divergence(p, y.astype(float))
    y = openTSNE.TSNE(
        perplexity=perplexity, neighbors="exact", negative_gradient_method="bh", theta=0, initialization="pca",
        n_iter=750, random_state=0,
    ).fit(x)
    result["openTSNE pca"] = divergence(p, np.asarray(y, dtype=float))
    return result


centres = rng.normal(scale=3, size=(5, 20))
blobs = rounded(centres[rng.integers(5, size=200)] + rng.normal(size=(200, 20)), 3)
iris = load_iris().data  # holds two equal flowers
roll = rounded(make_swiss_roll(300, noise=0.3, random_state=1)[0], 3)
maps = [
    {"name": name, "x": x.tolist(), "perplexity": perplexity, "klDivergence": layouts(x, perplexity)}
    for name, x, perplexity in [("blobs", blobs, 15), ("iris", iris, 30), ("roll", roll, 20)]
]

small = blobs[:60]
upper = np.triu_indices(60, 1)
sklearn_p = squareform(_joint_probabilities(squareform(pdist(small, "sqeuclidean")), 10.0, 0))
affinities = {
    "points": 60,
    "perplexity": 10,
    "scikitLearn": sklearn_p[upper].tolist(),
    "rootFinding": joint_by_root_finding(small, 10)[upper].tolist(),
}

# ---------------------------------------------------------------- principal components


def principal(x):
    centred = x - x.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    return {
        "x": x.tolist(),
        "variances": (s**2 / (len(x) - 1)).tolist(),
        "scores": (u * s)[:, :3].tolist(),  # signs are arbitrary
    }


mixing = rng.normal(size=(8, 8)) * np.array([5, 3, 2, 1, 1, 0.5, 0.2, 0.1])[:, None]
tall = rounded(rng.normal(size=(40, 8)) @ mixing)
wide = rounded(rng.normal(size=(9, 9)) @ rng.normal(size=(9, 25)))

# ---------------------------------------------------------------- quality of embeddings

patients = 60
fold = np.repeat([1, 2, 3], [24, 20, 16])
common = rng.normal(size=(patients, 3))

turns = {f: rng.normal(size=(3, 6)) for f in (1, 2, 3)}
base = np.vstack([common[i] @ turns[fold[i]] for i in range(patients)])
vectors = {
    ("shared", "histology"): rounded(base + 0.6 * rng.normal(size=base.shape)),
    ("shared", "genomics"): rounded(base + 0.9 * rng.normal(size=base.shape)),
    ("specific", "histology"): rounded(
        np.hstack([rng.normal(size=(patients, 7)) + 1, common + rng.normal(size=common.shape)])
    ),
    ("specific", "genomics"): rounded(rng.normal(size=(patients, 10)) * np.linspace(2, 0.1, 10) - 0.5),
}
absent = {"histology": [3, 30], "genomics": [30, 41, 59]}
complete = [i for i in range(patients) if all(i not in rows for rows in absent.values())]


def centring(n):
    return np.eye(n) - np.ones((n, n)) / n


def alignment(k, l):
    """Value, and mean over all shufflings of one side."""
    h = centring(len(k))
    k, l = h @ k @ h, h @ l @ h
    norm = np.sqrt(np.sum(k * k) * np.sum(l * l))
    shuffled = []
    for _ in range(20000):
        order = rng.permutation(len(k))
        shuffled.append(np.sum(k * l[np.ix_(order, order)]) / norm)
    return float(np.sum(k * l) / norm), float(np.mean(shuffled))


def gaussian(x):
    d = pdist(x)
    return np.exp(-squareform(d) ** 2 / (2 * np.median(d) ** 2))


def retrieval(a, b):
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    order = np.argsort(-(a @ b.T), axis=1)
    ranks = np.array([1 + np.flatnonzero(order[i] == i)[0] for i in range(len(a))])
    n = len(a)
    return {
        "recall@1": (float(np.mean(ranks <= 1)), 1 / n),
        "recall@5": (float(np.mean(ranks <= 5)), min(1, 5 / n)),
        "median rank": (float(np.median(ranks)), (n + 1) / 2),
    }


def entropy_rank(x):
    s = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    p = s / s.sum()
    return float(np.exp(-np.sum(p * np.log(p))))


def fold_quality(rows):
    v = {key: x[rows] for key, x in vectors.items()}
    s = {m: v["shared", m] for m in ("histology", "genomics")}
    result = {}
    for a, b in [("histology", "genomics"), ("genomics", "histology")]:
        for name, pair in retrieval(s[a], s[b]).items():
            result[f"{name}: shared {a} → {b}"] = pair
    result["linear CKA: shared histology, genomics"] = alignment(
        s["histology"] @ s["histology"].T, s["genomics"] @ s["genomics"].T
    )
    labels = np.repeat([0, 1], len(rows))
    for role in ("shared", "specific"):
        stacked = np.vstack([v[role, "histology"], v[role, "genomics"]])
        result[f"silhouette: {role}, by modality"] = (float(silhouette_score(stacked, labels)), 0.0)
    for m in ("histology", "genomics"):
        result[f"HSIC: {m} shared, specific"] = alignment(gaussian(v["shared", m]), gaussian(v["specific", m]))
    for (role, m), x in v.items():
        result[f"effective rank: {role} {m}"] = (entropy_rank(x), None)
    return result


per_fold = [fold_quality([i for i in complete if fold[i] == f]) for f in (1, 2, 3)]
quality = {
    "fold": fold.tolist(),
    "parts": [
        {
            "role": role,
            "modality": m,
            "rows": [i for i in range(patients) if i not in absent[m]],
            "vectors": [x[i].tolist() for i in range(patients) if i not in absent[m]],
        }
        for (role, m), x in vectors.items()
    ],
    "complete": len(complete),
    "entries": {
        key: {
            "value": float(np.mean([q[key][0] for q in per_fold])),
            "chance": None if per_fold[0][key][1] is None else float(np.mean([q[key][1] for q in per_fold])),
        }
        for key in per_fold[0]
    },
}

clusters = [rounded(rng.normal(size=(n, 4)) + offset) for n, offset in [(12, 0), (7, 1.5), (1, 3)]]
silhouettes = {
    "clusters": [c.tolist() for c in clusters],
    "value": float(silhouette_score(np.vstack(clusters), np.repeat([0, 1, 2], [12, 7, 1]))),
}

output = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "openTSNE": openTSNE.__version__,
    },
    "maps": maps,
    "affinities": affinities,
    "principalComponents": {"tall": principal(tall), "wide": principal(wide)},
    "quality": quality,
    "silhouettes": silhouettes,
}
pathlib.Path(__file__).with_name("oracle.json").write_text(json.dumps(output) + "\n")
