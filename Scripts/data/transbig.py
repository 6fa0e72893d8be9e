"""Writes the TRANSBIG breast-cancer cohort (GSE7390) as CSV, from the scikit-survival package.

    python3 -m venv .venv && .venv/bin/pip install scikit-survival==0.28.0
    .venv/bin/python Scripts/data/transbig.py

Two files come out beside this script: transbig_clinical.csv and transbig_expression.csv.
"""
import csv
import pathlib

from sksurv.datasets import load_breast_cancer

folder = pathlib.Path(__file__).parent
clinical_names = ["age", "er", "grade", "size"]
features, outcome = load_breast_cancer()
patients = [f"T{number:03d}" for number in range(1, len(features) + 1)]
probes = sorted(name for name in features.columns if name not in clinical_names)


def plain(value):
    """Numbers with no more digits than the source has; words as they are, and none for what is not known."""
    if value == "unkown":  # so spelt in the source, for the grade of two patients
        return ""
    return f"{value:.10g}" if isinstance(value, float) else value


def write(name, header, rows):
    with open(folder / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([plain(value) for value in row] for row in rows)


write(
    "transbig_clinical.csv",
    ["patient_id", "time", "event", *clinical_names],
    (
        [patient, float(time), int(event), *features.loc[index, clinical_names]]
        for patient, index, (event, time) in zip(patients, features.index, outcome)
    ),
)
write(
    "transbig_expression.csv",
    ["patient_id", *probes],
    ([patient, *features.loc[index, probes]] for patient, index in zip(patients, features.index)),
)
