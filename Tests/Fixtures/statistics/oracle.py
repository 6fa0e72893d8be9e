"""What scikit-survival makes of the data set "smooth", which has no ties. Run in this folder, after oracle.R."""

import json
import math

import numpy
import sksurv
from sksurv.metrics import (
    brier_score,
    concordance_index_ipcw,
    cumulative_dynamic_auc,
    integrated_brier_score,
)
from sksurv.util import Surv

with open("data.json") as file:
    data = json.load(file)["cases"]["smooth"]
outcome = Surv.from_arrays(event=numpy.array(data["event"]) == 1, time=data["time"])
times = [0.5, 2.0, 5.0, 9.0, 14.0]
survival = numpy.array([[math.exp(-t / scale) for t in times] for scale in data["scale"]])
horizons = [12.0, 1000.0]
auc, mean = cumulative_dynamic_auc(outcome, outcome, data["risk"], times)
cases = {
    "times": times,
    "brier": brier_score(outcome, outcome, survival, times)[1].tolist(),
    "integrated": float(integrated_brier_score(outcome, outcome, survival, times)),
    "auc": auc.tolist(),
    "meanAUC": float(mean),
    "horizons": horizons,
    "uno": [float(concordance_index_ipcw(outcome, outcome, data["risk"], tau=tau)[0]) for tau in horizons],
}
with open("scikit-survival.json", "w") as file:
    json.dump({"versions": {"scikit-survival": sksurv.__version__}, "cases": cases}, file, indent=1)
    file.write("\n")
