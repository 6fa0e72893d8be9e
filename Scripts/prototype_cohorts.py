"""Writes the simulated cohorts of the method's prototype as files that tta reads, number for number.

The prototype (a program of its own, not carried by this project) draws worlds, patients to learn from and patients to be
judged on from one stream of PyTorch's random numbers a seed. This script lends it that stream, calls its own generator of
cohorts, and writes what it drew:

    FOLDER/sets.csv                                     gene sets, one a column
    FOLDER/SEED/learn, FOLDER/SEED/judge/clinical.csv   time, event, true risk, planted factors
                                         genes.csv      one column per gene, rounded nowhere
                                         patches/*.pt   a tensor of patches × features per patient
    FOLDER/oracle.csv                                   C-index of the true risk among the judged, by the prototype's own rule

    python Scripts/prototype_cohorts.py PROTOTYPE.py FOLDER [--seeds 10] [--first 0] [--learn 300] [--judge 400]

The prototype's seeds begin at 0, so --first 101 gives worlds to choose settings in, which are not among those reported.
It needs PyTorch; other versions of it may draw other numbers.
"""

import argparse
import contextlib
import csv
import io
import pathlib
import runpy
import sys

import torch

HISTOLOGY, GENES, SETS = 48, 32, 40
FACTORS = 6


def prototype(path):
    """The prototype's functions: run as a script that is to try no seed, it defines them and trains nothing."""
    before, sys.argv = sys.argv, [path, "--seeds", "0"]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return runpy.run_path(path)
    finally:
        sys.argv = before


def world_of(stream):
    """How factors show in patches and genes, drawn in the order that the prototype draws it in."""

    def normals(rows, columns):
        return torch.randn(rows, columns, generator=stream)

    histology = normals(FACTORS, HISTOLOGY) * 0.6
    genes = normals(FACTORS, GENES) * 0.5
    loadings = normals(SETS, GENES).abs()
    background = normals(6, HISTOLOGY)
    return {"h": histology, "g": genes, "load": loadings, "bgh": background}


def exact(value):
    """A single-precision number in the fewest digits that give it back."""
    return repr(float(value)) if float(value) != int(value) else str(int(value))


def column_names():
    return [f"set{s + 1:02}_gene{g + 1:02}" for s in range(SETS) for g in range(GENES)]


def write(folder, drawn, stem):
    patches, genes, time, event, risk, informative, shared, histology, genomics = drawn
    (folder / "patches").mkdir(parents=True, exist_ok=True)
    names = [f"{stem}{i + 1:04}" for i in range(len(time))]
    factors = [f"{kind}{i}" for kind in ("shared", "histology", "genomics") for i in (1, 2, 3)]
    with open(folder / "clinical.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["patient", "time", "event", "true_risk", *factors, "informative_patches"])
        for i, name in enumerate(names):
            planted = [exact(v) for part in (shared, histology, genomics) for v in part[i]]
            rows.writerow(
                [name, exact(time[i]), int(event[i]), exact(risk[i]), *planted, int(informative[i].sum())]
            )
    with open(folder / "genes.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["patient", *column_names()])
        for i, name in enumerate(names):
            rows.writerow([name, *(exact(v) for v in genes[i].flatten())])
    for i, name in enumerate(names):
        torch.save(patches[i].clone(), folder / "patches" / f"{name}.pt")
    # Which patches carry the factors: 1 or 0 a patch, for who wants to judge saliency.
    torch.save(informative.to(torch.uint8), folder / "informative.pt")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("prototype")
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--seeds", type=int, default=10)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--learn", type=int, default=300)
    options.add_argument("--judge", type=int, default=400)
    chosen = options.parse_args()
    functions = prototype(chosen.prototype)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with open(chosen.folder / "sets.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([f"set{s + 1:02}" for s in range(SETS)])
        names = column_names()
        rows.writerows([names[s * GENES + g] for s in range(SETS)] for g in range(GENES))
    oracles = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        stream = torch.Generator().manual_seed(seed)
        world = world_of(stream)
        learn = functions["simulate"](chosen.learn, stream, world)
        judge = functions["simulate"](chosen.judge, stream, world)
        write(chosen.folder / str(seed) / "learn", learn, "learn")
        write(chosen.folder / str(seed) / "judge", judge, "judge")
        oracles.append(functions["cindex"](judge[2], judge[3], judge[4]))
        print(f"seed {seed}: true risk {oracles[-1]:.4f}", flush=True)
    with open(chosen.folder / "oracle.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["seed", "oracle", "torch"])
        rows.writerows([chosen.first + i, value, torch.__version__] for i, value in enumerate(oracles))
    print(f"mean of {len(oracles)}: {sum(oracles) / max(len(oracles), 1):.4f}")


main()
