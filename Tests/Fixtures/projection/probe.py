"""A ridge probe by scikit-learn: StandardScaler, then RidgeCV over the penalties 10^-3, 10^-2.5, ..., 10^5 with five inner
folds (every fifth patient) by mean squared error, out of fold.

    python probe.py > probe.json
"""
import json
import sys

import numpy
import sklearn
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import StandardScaler

g = numpy.random.default_rng(3)
n, d = 83, 9
x = g.standard_normal((n, d)) @ g.standard_normal((d, d)) + g.standard_normal(d)
x[:, 8] = x[:, 0] - 2 * x[:, 1]  # collinear
x[:, 7] = 4.5  # constant
y = numpy.stack(
    [
        x[:, :3].sum(1) + 0.3 * g.standard_normal(n),
        x[:, 4] * 0.2 + 3 * g.standard_normal(n) + 10,
        g.standard_normal(n),
    ],
    1,
)
folds = numpy.arange(n) % 4
penalties = 10.0 ** (numpy.arange(-6, 11) / 2)
predictions = numpy.full_like(y, numpy.nan)
taken = []
for fold in range(4):
    training, held = folds != fold, folds == fold
    scaler = StandardScaler().fit(x[training])
    inner = numpy.arange(training.sum()) % 5
    splits = [(numpy.where(inner != k)[0], numpy.where(inner == k)[0]) for k in range(5)]
    taken.append([])
    for target in range(y.shape[1]):
        model = RidgeCV(penalties, cv=splits, scoring="neg_mean_squared_error")
        model.fit(scaler.transform(x[training]), y[training, target])
        predictions[held, target] = model.predict(scaler.transform(x[held]))
        taken[-1].append(float(model.alpha_))
json.dump(
    {
        "numpy": numpy.__version__,
        "scikitLearn": sklearn.__version__,
        "x": x.tolist(),
        "y": y.tolist(),
        "folds": folds.tolist(),
        "predictions": predictions.tolist(),
        "penalties": taken,
    },
    sys.stdout,
)
print()
