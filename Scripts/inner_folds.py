"""Inner folds of the official ones, to choose settings on without looking at a held-out patient.

The training patients of each official fold K are cut in four by hospital (the second part of a TCGA patient's name), the
hospitals with most events first, each to the fold that has fewest events. Written to OUT/COHORT/inner-K/splits_0.csv to
splits_3.csv in the manner of the official ones; a patient whom official fold K holds out is in none of them.

    python Scripts/inner_folds.py DATA OUT
    tta run Scripts/tcga_inner.tta --set data=DATA --set inner=OUT
"""

import csv
import pathlib
import random
import sys


def died(row):
    return row["censorship_dss"] != "" and float(row["censorship_dss"]) == 0


def main(data, out):
    for cohort in sorted(p.parent for p in pathlib.Path(data).glob("*/clinical.csv")):
        clinical = {}
        for row in csv.DictReader(open(cohort / "clinical.csv")):
            clinical.setdefault(row["case_id"], row)
        for official in sorted((cohort / "splits").glob("splits_*.csv")):
            number = official.stem.split("_")[1]
            rows = list(csv.DictReader(open(official)))
            held = {row["val"] for row in rows}
            training = sorted({row["train"] for row in rows} & set(clinical))
            if held & set(training):
                sys.exit(f"{official}: a patient is both trained on and held out")
            hospitals = {}
            for patient in training:
                hospitals.setdefault(patient.split("-")[1], []).append(patient)
            order = sorted(hospitals)
            random.Random(f"{cohort.name}{number}").shuffle(order)
            order.sort(key=lambda h: -sum(died(clinical[p]) for p in hospitals[h]))
            folds = [[] for _ in range(4)]
            events = [0] * 4
            for hospital in order:
                least = min(range(4), key=lambda f: (events[f] + 0.05 * len(folds[f]), len(folds[f])))
                folds[least] += hospitals[hospital]
                events[least] += sum(died(clinical[p]) for p in hospitals[hospital])
            folder = pathlib.Path(out) / cohort.name / f"inner-{number}"
            folder.mkdir(parents=True, exist_ok=True)
            for place, fold in enumerate(folds):
                rest = [p for p in training if p not in set(fold)]
                with open(folder / f"splits_{place}.csv", "w") as file:
                    file.write(",train,val\n")
                    for line in range(max(len(rest), len(fold))):
                        a = rest[line] if line < len(rest) else ""
                        b = fold[line] if line < len(fold) else ""
                        file.write(f"{line},{a},{b}\n")
            print(cohort.name, number, len(training), "patients; events", events, "of", [len(f) for f in folds])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
