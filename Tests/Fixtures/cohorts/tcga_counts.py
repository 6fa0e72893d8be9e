"""Counts what is in TCGA tables as their publishers lay them out, with pandas, for the readers to be held against.

    python tcga_counts.py FOLDER > tcga_counts.json

FOLDER has <cohort>/{clinical,clinical_extra,molecular,rna}.csv, <cohort>/splits/ and gene_sets/ (public: PORPOISE,
SurvPath and MCAT of the Mahmood laboratory, multisurv). Follow-up: disease-specific survival of clinical.csv.
"""
import json
import pathlib
import sys

import numpy
import pandas

root = pathlib.Path(sys.argv[1])
missing = ["", "NA", "N/A", "NaN", "nan", "null", "."]


def read(path, **options):
    return pandas.read_csv(path, na_values=missing, keep_default_na=False, low_memory=False, **options)


def first_known(frame, key):
    return frame.groupby(key, sort=False).first()


def grouping(columns, suffixes, sets):
    """Sets by name with their number of columns, columns in no set, and genes of the sets without a column."""
    gene_of = {}
    for column in columns:
        gene_of[column] = next(column[: -len(s)] for s in suffixes if column.endswith(s)) if suffixes else column
    genes = set(gene_of.values())
    sizes, placed, absent = {}, set(), set()
    for name in sets.columns:
        wanted = set(sets[name].dropna())
        absent |= wanted - genes
        members = {column for column, gene in gene_of.items() if gene in wanted}
        placed |= members
        if members:
            sizes[name] = len(members)
    return {"sets": sizes, "other": len(set(columns) - placed), "absent_genes": len(absent)}


def cohort(name):
    folder = root / name
    clinical = read(folder / "clinical.csv", index_col=0)
    known = clinical.dropna(subset=["survival_months_dss", "censorship_dss"])
    patients = first_known(known, "case_id")
    ids = list(patients.index)
    answer = {
        "rows": len(clinical),
        "patients": len(patients),
        "events": int((patients["censorship_dss"] == 0).sum()),
        "time_sum": float(patients["survival_months_dss"].sum()),
        "missing_age": int(patients["age"].isna().sum()),
        "first_patient": ids[0],
        "last_patient": ids[-1],
    }

    extra = read(folder / "clinical_extra.csv", index_col=0)
    answer["extra_unknown_rows"] = int((~extra["case_id"].isin(ids)).sum())
    stage = first_known(extra, "case_id")["stage"].reindex(ids)
    answer["stages"] = {str(k): int(v) for k, v in stage.dropna().value_counts().sort_index().items()}

    molecular = read(folder / "molecular.csv", index_col=0)
    mine = first_known(molecular, "case_id").reindex(ids)
    sets = pandas.read_csv(root / "gene_sets" / "hallmarks_signatures.csv", keep_default_na=False, na_values=[""])
    families = pandas.read_csv(root / "gene_sets" / "signatures.csv", keep_default_na=False, na_values=[""])
    rna = [c for c in molecular.columns if c.endswith("_rnaseq")]
    changes = [c for c in molecular.columns if c.endswith("_cnv") or c.endswith("_mut")]
    answer["rnaseq"] = {
        "columns": len(rna),
        "present": int(mine[rna].notna().any(axis=1).sum()),
        "sum": float(numpy.nansum(mine[rna].to_numpy(float))),
        "largest": float(numpy.nanmax(mine[rna].to_numpy(float))),
        **grouping(rna, ["_rnaseq"], sets),
    }
    answer["changes"] = {
        "columns": len(changes),
        "cnv": sum(c.endswith("_cnv") for c in changes),
        "present": int(mine[changes].notna().any(axis=1).sum()),
        "sum": float(numpy.nansum(mine[changes].to_numpy(float))),
        **grouping(changes, ["_cnv", "_mut"], families),
    }
    if (folder / "rna.csv").exists():
        xena = read(folder / "rna.csv", index_col=0)
        here = xena[~xena.index.duplicated()].reindex(ids)
        reactome = pandas.read_csv(root / "gene_sets" / "xena_signatures.csv", keep_default_na=False, na_values=[""])
        answer["xena"] = {
            "columns": xena.shape[1],
            "present": int(here.notna().any(axis=1).sum()),
            "sum": float(numpy.nansum(here.to_numpy(float))),
            **grouping(list(xena.columns), [], reactome),
        }

    answer["folds"] = []
    held_out = set()
    for number in range(5):
        split = read(folder / "splits" / f"splits_{number}.csv", index_col=0)
        sides = {side: [p for p in split[side].dropna() if p in patients.index] for side in ("train", "val")}
        held_out |= set(sides["val"])
        answer["folds"].append(
            {
                "train": len(set(sides["train"])),
                "val": len(set(sides["val"])),
                "val_events": int((patients.loc[sorted(set(sides["val"])), "censorship_dss"] == 0).sum()),
            }
        )
    answer["never_held_out"] = len(set(ids) - held_out)
    return answer


pancancer = read(root / "pancancer_clinical.tsv", sep="\t")
complete = pancancer.dropna(subset=["time", "event"])
json.dump(
    {
        "versions": {"python": sys.version.split()[0], "pandas": pandas.__version__, "numpy": numpy.__version__},
        "cohorts": {name: cohort(name) for name in ("blca", "coadread", "hnsc")},
        "pancancer": {
            "rows": len(pancancer),
            "patients": int(complete["submitter_id"].nunique()),
            "events": int(complete["event"].sum()),
        },
    },
    sys.stdout,
    indent=1,
)
print()
