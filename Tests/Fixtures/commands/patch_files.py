"""Writes huge.h5: patch features so large that a loss cannot be a number, in the layout of CLAM.

    python patch_files.py           (h5py 3.16.0, HDF5 2.0)
"""
import pathlib

import h5py
import numpy

values = numpy.arange(20, dtype="float32").reshape(5, 4) * numpy.float32(1e30)
with h5py.File(pathlib.Path(__file__).parent / "huge.h5", "w") as file:
    file["features"] = values
