"""Writes small files of patch features in the layouts that CLAM, TRIDENT and torch.save give them.

    python patch_files.py FOLDER

Value i, j is start + i + j/8 (exact in half precision), 5 patches of 4 features. Written with h5py 3.16.0 (HDF5 2.0),
torch 2.13.0.
"""
import pathlib
import sys

import h5py
import numpy
import torch

folder = pathlib.Path(sys.argv[1])


def values(start, patches=5, width=4):
    return (start + numpy.arange(patches)[:, None] + numpy.arange(width)[None] / 8).astype("float32")


coordinates = numpy.stack([numpy.arange(5) * 256, numpy.arange(5) * 512], 1)


def write(name, **datasets):
    with h5py.File(folder / name, "w") as file:
        for key, value in datasets.items():
            file[key] = value


write("clam.h5", features=values(0), coords=coordinates)
write("trident.h5", features=values(100).astype("float16")[None], coords=coordinates[None])
write("double.h5", features=values(200).astype("float64"))
with h5py.File(folder / "compressed.h5", "w") as file:
    file.create_dataset("features", data=values(300), chunks=(2, 4), compression="gzip")
broken = values(0)
broken[3, 1] = numpy.nan
write("nan.h5", features=broken)
# As where appending stopped between making room and writing.
with h5py.File(folder / "unwritten.h5", "w") as file:
    growing = file.create_dataset("features", data=values(0), maxshape=(None, 4), chunks=(5, 4))
    growing.resize(10, axis=0)
write("turned.h5", features=values(0), coords=coordinates.T.copy())
write("wide.h5", features=values(0, width=6))
write("empty.h5", features=values(0, patches=0))
write("flat.h5", features=values(0)[0])
write("words.h5", features="not numbers")
write("nameless.h5", embeddings=values(0))
torch.save(torch.tensor(values(400)), folder / "tensor.pt")
torch.save(torch.tensor(values(60)).half()[None], folder / "tensor_half.pt")
torch.save({"features": torch.tensor(values(0))}, folder / "dictionary.pt")
infinite = torch.tensor(values(0))
infinite[4, 3] = float("inf")
torch.save(infinite, folder / "infinite.pt")
