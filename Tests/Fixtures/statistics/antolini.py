"""What pycox makes of Antolini's concordance where its steps and our lines agree: at the times of the grid.

Run in this folder, after oracle.R: python antolini.py. Writes pycox.json. Its rule "antolini" counts pairs of equal
predicted survival as not concordant, so what it gives is concordant over comparable pairs.
"""

import json
import sys
from importlib.metadata import version

import numpy
from pycox.evaluation.concordance import concordance_td

with open("data.json") as file:
    data = json.load(file)["cases"]


def case(name, rows, shape, scale):
    times = numpy.array(data[name]["time"])[:rows]
    events = numpy.array(data[name]["event"])[:rows].astype(bool)
    grid = numpy.unique(numpy.concatenate([[0.0], times]))
    survival = numpy.round(numpy.exp(-((grid[None, :] / scale[:rows, None]) ** shape[:rows, None])), 2)
    index = numpy.searchsorted(grid, times)
    return {
        "data": name,
        "rows": rows,
        "grid": grid.tolist(),
        "survival": survival.tolist(),
        "concordant": float(concordance_td(times, events, survival.T, index, "antolini")),
    }


def column(name, column):
    return numpy.array(data[name][column], dtype=float)


cases = [
    case("ties", 240, 0.5 + numpy.abs(column("ties", "x")), 6 + 3 * column("ties", "y")),
    case("smooth", 60, 0.4 + numpy.abs(column("smooth", "risk")) % 1, 8 + 0 * column("smooth", "scale")),
    case("veteran", 60, 0.6 + column("veteran", "karno") / 100, 2 * column("veteran", "age")),
]
versions = {"python": sys.version.split()[0], "numpy": numpy.__version__, "pycox": version("pycox")}
with open("pycox.json", "w") as file:
    json.dump({"versions": versions, "cases": cases}, file)
    file.write("\n")
