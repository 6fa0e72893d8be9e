#include "chdf5.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    char *text;
    size_t capacity;
} Message;

static int fail(Message message, const char *text) {
    snprintf(message.text, message.capacity, "%s", text);
    return CH5_FAILED;
}

static herr_t take_first(unsigned position, const H5E_error2_t *error, void *data) {
    const Message *message = data;
    if (position == 0 && error->desc != NULL) snprintf(message->text, message->capacity, "%s", error->desc);
    return 0;
}

/// The innermost entry of the library's error stack is the one that says what is wrong ("truncated file: …").
static int fail_with_stack(Message message, const char *otherwise) {
    fail(message, otherwise);
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &message);
    H5Eclear2(H5E_DEFAULT);
    return CH5_FAILED;
}

static int open_dataset(const char *path, const char *name, hid_t *file, hid_t *dataset, Message message) {
    // Errors come back as messages; the library would print them as well.
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
#if H5_VERSION_GE(1, 10, 7)
    // Network file systems of clusters often have no locks, and a reader needs none.
    H5Pset_file_locking(access, 0, 1);
#endif
    *file = H5Fopen(path, H5F_ACC_RDONLY, access);
    // The message first: any further call of the library clears its error stack.
    if (*file < 0) fail_with_stack(message, "it is not an HDF5 file");
    H5Pclose(access);
    if (*file < 0) return CH5_FAILED;
    htri_t exists = H5Lexists(*file, name, H5P_DEFAULT);
    if (exists > 0) {
        *dataset = H5Dopen2(*file, name, H5P_DEFAULT);
        if (*dataset >= 0) return CH5_FOUND;
    }
    int outcome = exists == 0 ? CH5_ABSENT : fail_with_stack(message, "the data set cannot be opened");
    H5Fclose(*file);
    return outcome;
}

/// Whether every value was written, into this file; what was not reads as zeros.
static int is_whole(hid_t dataset, hid_t space, const hsize_t *extent, int rank) {
    hid_t properties = H5Dget_create_plist(dataset);
    int whole = 0;
    H5D_space_status_t status;
    hsize_t chunk[CH5_MAXIMUM_RANK], written, expected = 1;
    switch (H5Pget_layout(properties)) {
    case H5D_COMPACT: whole = 1; break;
    case H5D_CONTIGUOUS:
        whole = H5Dget_space_status(dataset, &status) >= 0 && status == H5D_SPACE_STATUS_ALLOCATED;
        break;
    case H5D_CHUNKED:
        if (H5Pget_chunk(properties, rank, chunk) != rank) break;
        for (int i = 0; i < rank; i++) expected *= (extent[i] + chunk[i] - 1) / chunk[i];
        whole = H5Dget_num_chunks(dataset, space, &written) >= 0 && written == expected;
        break;
    default: break;
    }
    H5Pclose(properties);
    return whole;
}

int ch5_shape(
    const char *path, const char *name, uint64_t shape[CH5_MAXIMUM_RANK], int *rank, char *message,
    size_t message_capacity) {
    Message answer = {message, message_capacity};
    hid_t file, dataset;
    int outcome = open_dataset(path, name, &file, &dataset, answer);
    if (outcome != CH5_FOUND) return outcome;

    hid_t type = H5Dget_type(dataset);
    H5T_class_t kind = H5Tget_class(type);
    hid_t space = H5Dget_space(dataset);
    int dimensions = H5Sget_simple_extent_ndims(space);
    hsize_t extent[CH5_MAXIMUM_RANK];
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
        outcome = fail(answer, "the data set does not hold numbers");
    } else if (dimensions < 0 || dimensions > CH5_MAXIMUM_RANK) {
        outcome = fail(answer, "the data set has no usable shape");
    } else if (H5Sget_simple_extent_dims(space, extent, NULL) < 0) {
        outcome = fail_with_stack(answer, "the data set's shape cannot be read");
    } else if (H5Sget_simple_extent_npoints(space) > 0 && !is_whole(dataset, space, extent, dimensions)) {
        outcome = fail(answer, "some of its values were never written, or are in other files");
    } else {
        *rank = dimensions;
        for (int i = 0; i < dimensions; i++) shape[i] = extent[i];
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(dataset);
    H5Fclose(file);
    return outcome;
}

int ch5_read_floats(
    const char *path, const char *name, float *values, uint64_t count, char *message, size_t message_capacity) {
    Message answer = {message, message_capacity};
    hid_t file, dataset;
    int outcome = open_dataset(path, name, &file, &dataset, answer);
    if (outcome != CH5_FOUND) return outcome;

    hid_t space = H5Dget_space(dataset);
    hssize_t points = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    if (points < 0 || (uint64_t)points != count) {
        outcome = fail(answer, "the data set has changed its shape");
    } else if (H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
        outcome = fail_with_stack(answer, "the data set cannot be read");
    }
    H5Dclose(dataset);
    H5Fclose(file);
    return outcome;
}

static int write_dataset(
    hid_t file, const char *name, hid_t stored, hid_t given, uint64_t rows, uint64_t columns, const void *values) {
    hsize_t extent[2] = {rows, columns};
    hid_t space = H5Screate_simple(2, extent, NULL);
    hid_t dataset = H5Dcreate2(file, name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    herr_t status = dataset < 0 ? -1 : H5Dwrite(dataset, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    if (dataset >= 0 && H5Dclose(dataset) < 0) status = -1;
    H5Sclose(space);
    return status < 0 ? -1 : 0;
}

int ch5_write_patches(
    const char *path, const float *features, const int64_t *coordinates, uint64_t count, uint64_t width, char *message,
    size_t message_capacity) {
    Message answer = {message, message_capacity};
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (file < 0) return fail_with_stack(answer, "the file cannot be made");
    int status = write_dataset(file, "features", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, count, width, features);
    if (status == 0) status = write_dataset(file, "coords", H5T_STD_I64LE, H5T_NATIVE_INT64, count, 2, coordinates);
    int outcome = status == 0 ? CH5_FOUND : fail_with_stack(answer, "the values cannot be written");
    if (H5Fclose(file) < 0 && outcome == CH5_FOUND) outcome = fail_with_stack(answer, "the values cannot be written");
    return outcome;
}
