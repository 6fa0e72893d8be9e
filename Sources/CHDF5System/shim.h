// The serial HDF5 library, whose place pkg-config knows.
#include <hdf5.h>
