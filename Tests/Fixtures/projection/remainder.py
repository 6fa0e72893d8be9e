"""What the shared embeddings of the other modalities (b and c; a's own of patients who lack both) leave of the specific
embedding of a, by scikit-learn: within each of two folds RidgeCV takes the penalty (10^-3, 10^-2.5, ..., 10^5) of least squared
error over patients left out in turn; each patient is then left out of a Ridge of that penalty, whose miss plus the fold's mean
is what remains.

    python remainder.py > remainder.json
"""
import json
import sys

import numpy
import sklearn
from sklearn.linear_model import Ridge, RidgeCV

g = numpy.random.default_rng(8)
n, width = 43, 3
common = g.standard_normal((n, width))
shared = {name: common + noise * g.standard_normal((n, width)) + 2 for name, noise in [("a", 0.3), ("b", 0.6), ("c", 0.5)]}
for vectors in shared.values():
    vectors[:, 2] = vectors[:, 0]  # collinear
shared["b"][5] = numpy.nan  # then c's alone
has = {"a": numpy.arange(n), "b": numpy.setdiff1d(numpy.arange(n), [2, 30, 31]), "c": numpy.setdiff1d(numpy.arange(n), [7, 30])}
specific = common @ g.standard_normal((width, 4)) + g.standard_normal((n, 4)) + 5
fold = numpy.where(numpy.arange(n) % 3 == 0, 2, 1)

s = numpy.stack(
    [numpy.nanmean([shared[m][i] for m in "bc" if i in has[m]] or [shared["a"][i]], axis=0) for i in range(n)]
)
penalties = 10.0 ** (numpy.arange(-6, 11) / 2)
remainder, taken = numpy.full_like(specific, numpy.nan), []
for f in (1, 2):
    rows = numpy.where(fold == f)[0]
    x = s[rows] - s[rows].mean(0)
    x /= numpy.sqrt((x**2).mean())
    y = specific[rows]
    alpha = RidgeCV(penalties).fit(x, y).alpha_
    taken.append(float(alpha))
    for place, row in enumerate(rows):
        others = numpy.arange(len(rows)) != place
        missed = y[place] - Ridge(alpha).fit(x[others], y[others]).predict(x[[place]])[0]
        remainder[row] = missed + y.mean(0)
json.dump(
    {
        "numpy": numpy.__version__,
        "scikitLearn": sklearn.__version__,
        "shared": {m: {"rows": has[m].tolist(), "vectors": numpy.nan_to_num(shared[m][has[m]], nan=1e300).tolist()} for m in has},
        "specific": specific.tolist(),
        "fold": fold.tolist(),
        "penalties": taken,
        "remainder": remainder.tolist(),
    },
    sys.stdout,
)
print()
