"""Every division of ten patients into two groups (within two strata), for two-group permutation tests with maxT; and
areas under the ROC curve by scikit-learn.

    python permutation.py > permutation.json
"""
import itertools
import json
import sys

import numpy
import sklearn
from sklearn.metrics import roc_auc_score

g = numpy.random.default_rng(5)
n = 10
strata = numpy.array([0] * 6 + [1] * 4)
inside = numpy.array([1, 1, 1, 0, 0, 0, 1, 0, 1, 0], bool)
values = [g.standard_normal(n) + 1.5 * inside, g.standard_normal(n), numpy.r_[g.standard_normal(6), [numpy.nan] * 4]]


def statistics(labels):
    result = []
    for v in values:
        known = ~numpy.isnan(v)
        a, b = v[known & labels], v[known & ~labels]
        result.append((a.mean() - b.mean()) / v[known].std())
    return numpy.array(result)


observed = statistics(inside)
drawn = []
for first in itertools.combinations(range(6), 3):
    for second in itertools.combinations(range(6, 10), 2):
        labels = numpy.zeros(n, bool)
        labels[list(first + second)] = True
        drawn.append(abs(statistics(labels)))
drawn = numpy.array(drawn)
least = abs(observed) * (1 - 1e-9)
scores = numpy.round(g.standard_normal(60), 1)
marks = g.random(60) < 0.3
json.dump(
    {
        "scikitLearn": sklearn.__version__,
        "strata": strata.tolist(),
        "inside": inside.tolist(),
        "values": [[None if numpy.isnan(x) else x for x in v] for v in values],
        "standardised": observed.tolist(),
        "p": (drawn >= least).mean(0).tolist(),
        "adjustedP": (drawn.max(1)[:, None] >= least).mean(0).tolist(),
        "scores": scores.tolist(),
        "marks": marks.tolist(),
        "area": roc_auc_score(marks, scores),
    },
    sys.stdout,
)
print()
