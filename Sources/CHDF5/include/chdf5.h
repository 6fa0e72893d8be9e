// The little of HDF5 that patch features need. No HDF5 type shows here.
//
// The library need not have been built for threads: callers hold one lock around every call. Functions return CH5_FOUND,
// CH5_ABSENT or CH5_FAILED; on failure `message` receives what the library said, cut to `message_capacity` with its
// terminating zero.
#ifndef CHDF5_H
#define CHDF5_H

#include <stddef.h>
#include <stdint.h>

enum { CH5_FOUND = 0, CH5_ABSENT = 1, CH5_FAILED = -1 };

/// Highest rank that ch5_shape reports.
enum { CH5_MAXIMUM_RANK = 8 };

/// Shape of the numeric data set `name`; CH5_ABSENT when the file has none of that name.
int ch5_shape(
    const char *path, const char *name, uint64_t shape[CH5_MAXIMUM_RANK], int *rank, char *message,
    size_t message_capacity);

/// All `count` values of the data set, row by row, converted to float from whatever number type the file has.
int ch5_read_floats(
    const char *path, const char *name, float *values, uint64_t count, char *message, size_t message_capacity);

/// Writes a new file as CLAM does: `features`, count x width in single precision, and `coords`, count x 2 integers.
int ch5_write_patches(
    const char *path, const float *features, const int64_t *coordinates, uint64_t count, uint64_t width, char *message,
    size_t message_capacity);

#endif
