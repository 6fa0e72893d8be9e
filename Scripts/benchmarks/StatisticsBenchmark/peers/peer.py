"""lifelines, scikit-survival or torchsurv, as a peer of the benchmark: python3 peer.py PACKAGE DATA

Reads the data, answers with a line that says it is ready, then runs each estimator whose name comes in on a line and
answers with its times and values. One line of JSON per answer. The protocol is described in Peer.swift.
"""

import gc
import importlib.metadata
import importlib.util
import json
import sys
import time as clock
import warnings

MODULES = {"lifelines": "lifelines", "scikit-survival": "sksurv", "torchsurv": "torchsurv"}


class Data:
    def __init__(self, path):
        import numpy as np

        values = np.fromfile(path)
        self.n, p, count = (int(v) for v in values[:3])
        columns = values[3 : 3 + self.n * (5 + p)].reshape(5 + p, self.n)
        self.time, event, two, ten, self.risk = columns[:5]
        self.event = event == 1
        self.two, self.ten = two.astype(int), ten.astype(int)
        self.x = columns[5:]
        self.times = values[-2 * count : -count]
        self.hazard = values[-count:]
        self.probes = self.times[[19, 49, 79]]

    def survival(self):
        """Predicted survival, patients x times."""
        import numpy as np

        return np.exp(-np.outer(np.exp(self.risk), self.hazard))


def step(grid, values, at, start):
    """The value at the last of the grid's times that is not after `at`."""
    import numpy as np

    place = np.searchsorted(grid, at, side="right")
    return np.concatenate([[start], values])[place]


# Each function makes the arrays that its estimator wants, and returns the call that is timed and what to read from its
# result. Only the call is timed.


def lifelines_estimators(data):
    import pandas as pd
    from lifelines import CoxPHFitter, KaplanMeierFitter, NelsonAalenFitter
    from lifelines.statistics import logrank_test, multivariate_logrank_test
    from lifelines.utils import concordance_index

    def km():
        def values(fit):
            interval = fit.confidence_interval_
            grid = interval.index.values
            columns = [fit.survival_function_.iloc[:, 0], interval.iloc[:, 0], interval.iloc[:, 1]]
            return [v for column in columns for v in step(grid, column.values, data.probes, 1)]

        return lambda: KaplanMeierFitter().fit(data.time, data.event), values

    def nelson_aalen():
        def values(fit):
            curve = fit.cumulative_hazard_
            return list(step(curve.index.values, curve.iloc[:, 0].values, data.probes, 0))

        # Its default smooths ties away; this is d / n.
        return lambda: NelsonAalenFitter(nelson_aalen_smoothing=False).fit(data.time, data.event), values

    def two_groups():
        first = data.two == 0
        arrays = (data.time[first], data.time[~first], data.event[first], data.event[~first])
        return lambda: logrank_test(*arrays), lambda fit: [fit.test_statistic]

    def ten_groups():
        return (
            lambda: multivariate_logrank_test(data.time, data.ten, data.event),
            lambda fit: [fit.test_statistic],
        )

    def cox():
        frame = pd.DataFrame(data.x.T, columns=[f"x{i}" for i in range(len(data.x))])
        frame["time"], frame["event"] = data.time, data.event
        return (
            lambda: CoxPHFitter().fit(frame, "time", "event"),
            lambda fit: [*fit.params_.values, fit.log_likelihood_],
        )

    return {
        "concordanceValue": lambda: (
            lambda: concordance_index(data.time, -data.risk, data.event),
            lambda value: [value],
        ),
        "km": km,
        "nelsonAalen": nelson_aalen,
        "logRankTwo": two_groups,
        "logRankTen": ten_groups,
        "cox": cox,
    }


def sksurv_estimators(data):
    from sksurv.compare import compare_survival
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.metrics import (
        concordance_index_censored,
        concordance_index_ipcw,
        cumulative_dynamic_auc,
        integrated_brier_score,
    )
    from sksurv.nonparametric import kaplan_meier_estimator, nelson_aalen_estimator
    from sksurv.util import Surv

    y = Surv.from_arrays(data.event, data.time)

    def km():
        def values(fit):
            grid, survival, (lower, upper) = fit
            return [v for curve in (survival, lower, upper) for v in step(grid, curve, data.probes, 1)]

        return lambda: kaplan_meier_estimator(data.event, data.time, conf_type="log-log"), values

    def cox():
        x = data.x.T.copy()
        return lambda: CoxPHSurvivalAnalysis(ties="efron").fit(x, y), lambda fit: list(fit.coef_)

    def brier():
        survival = data.survival()
        return lambda: integrated_brier_score(y, y, survival, data.times), lambda value: [value]

    return {
        "concordanceValue": lambda: (
            lambda: concordance_index_censored(data.event, data.time, data.risk),
            lambda fit: [fit[0]],
        ),
        "km": km,
        "nelsonAalen": lambda: (
            lambda: nelson_aalen_estimator(data.event, data.time),
            lambda fit: list(step(fit[0], fit[1], data.probes, 0)),
        ),
        "logRankTwo": lambda: (lambda: compare_survival(y, data.two), lambda fit: [fit[0]]),
        "logRankTen": lambda: (lambda: compare_survival(y, data.ten), lambda fit: [fit[0]]),
        "cox": cox,
        "uno": lambda: (
            lambda: concordance_index_ipcw(y, y, data.risk, tau=data.times[-1]),
            lambda fit: [fit[0]],
        ),
        "brier": brier,
        "auc": lambda: (
            lambda: cumulative_dynamic_auc(y, y, data.risk, data.times),
            lambda fit: [fit[1], *fit[0][[19, 49, 79]]],
        ),
    }


def torchsurv_estimators(data):
    import torch
    from torchsurv.metrics.auc import Auc
    from torchsurv.metrics.brier_score import BrierScore
    from torchsurv.metrics.cindex import ConcordanceIndex
    from torchsurv.stats.ipcw import get_ipcw

    torch.set_num_threads(1)
    time, event, risk = torch.tensor(data.time), torch.tensor(data.event), torch.tensor(data.risk)
    times = torch.tensor(data.times)

    def brier():
        survival = torch.tensor(data.survival())

        def run():
            score = BrierScore()
            score(survival, event, time, times, get_ipcw(event, time), get_ipcw(event, time, times))
            return score.integral()

        return run, lambda value: [value.item()]

    def auc():
        def run():
            curve = Auc()
            curve(
                risk, event, time, new_time=times, weight=get_ipcw(event, time),
                weight_new_time=get_ipcw(event, time, times),
            )
            return curve

        return run, lambda fit: [None, *fit.auc[[19, 49, 79]].tolist()]

    return {
        "concordanceValue": lambda: (
            lambda: ConcordanceIndex()(risk, event, time, instate=False),
            lambda value: [value.item()],
        ),
        "brier": brier,
        "auc": auc,
    }


def main():
    package, path = sys.argv[1:]
    if importlib.util.find_spec(MODULES[package]) is None:
        print(json.dumps({"missing": f"{package}: {sys.executable} -m pip install {package}"}))
        return
    warnings.simplefilter("ignore")
    data = Data(path)
    makers = {
        "lifelines": lifelines_estimators,
        "scikit-survival": sksurv_estimators,
        "torchsurv": torchsurv_estimators,
    }
    estimators = makers[package](data)
    version = f"{package} {importlib.metadata.version(package)}"
    print(json.dumps({"ready": list(estimators), "version": version}), flush=True)
    for line in sys.stdin:
        try:
            run, values = estimators[line.strip()]()
            gc.collect()
            processor, wall = clock.process_time(), clock.perf_counter()
            fit = run()
            spent = {"processor": clock.process_time() - processor, "wall": clock.perf_counter() - wall}
            numbers = [None if v is None or v != v else float(v) for v in values(fit)]
            answer = {**spent, "values": numbers}
            del run, values, fit
        except (Exception, MemoryError) as error:
            answer = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
