"""Writes a folder of patch features of realistic size and prints, as JSON, what a reader has to find in it
(sums over every 97th value).

    python large_patch_files.py FOLDER

Patient P1 has two slides, P2 one of half precision in TRIDENT's layout, P3 two tensors: 5,000 x 1,024 each.
"""
import json
import pathlib
import sys

import h5py
import numpy
import torch

folder = pathlib.Path(sys.argv[1])
generator = numpy.random.default_rng(7)
patches, width = 5000, 1024
slides = {
    "P1-01Z-00-DX1.AAAA": ("float32", "h5"),
    "P1-01Z-00-DX2.BBBB": ("float64", "h5"),
    "P2_slide": ("float16", "h5"),
    "P3-A": ("float32", "pt"),
    "P3-B": ("float16", "pt"),
    "STRANGER-01": ("float32", "h5"),
}
answer = {"width": width, "patients": {}}
for stem, (kind, ending) in slides.items():
    values = generator.standard_normal((patches, width)).astype(kind)
    if ending == "h5":
        with h5py.File(folder / f"{stem}.h5", "w") as file:
            file.create_dataset("features", data=values[None] if kind == "float16" else values, chunks=True)
            file.create_dataset("coords", data=generator.integers(0, 100_000, (patches, 2)))
    else:
        torch.save(torch.from_numpy(values), folder / f"{stem}.pt")
    single = values.astype("float32")
    some = single.ravel()[::97].astype("float64")
    patient = answer["patients"].setdefault(stem.replace("_", "-").split("-")[0], [])
    patient.append(
        {
            "count": patches,
            "sum": float(some.sum()),
            "squares": float((some**2).sum()),
            "first": single[0, :5].tolist(),
            "last": single[-1, -5:].tolist(),
        }
    )
print(json.dumps(answer))
