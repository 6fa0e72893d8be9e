// Runs gnuplot through gnuplot-iostream. Plain C, so that Swift can import it.
#ifndef CGNUPLOT_H
#define CGNUPLOT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One running gnuplot that reads a script from us.
typedef struct cgnuplot_process cgnuplot_process;

typedef enum {
    CGNUPLOT_OK = 0,
    /// No such program on the search path.
    CGNUPLOT_NOT_FOUND = 1,
    /// It could not be started, or it stopped reading; see the message.
    CGNUPLOT_FAILED = 2,
} cgnuplot_status;

/// Starts `program` (looked up on PATH, no shell) with its own defaults only (no user's settings).
/// On failure `*process` is NULL and `*message` (to be freed with `cgnuplot_free`) says why.
cgnuplot_status cgnuplot_open(const char *program, cgnuplot_process **process, char **message);

/// Sends script text. Never raises SIGPIPE: a gnuplot that is gone is reported.
cgnuplot_status cgnuplot_send(cgnuplot_process *process, const char *text, size_t length, char **message);

/// Ends the script, waits for gnuplot, and frees the process. `*exit_code` is gnuplot's, or 128 + the signal that
/// ended it; `*output` and `*errors` are what it wrote to standard output and standard error (each to be freed with
/// `cgnuplot_free`); output may hold any bytes, and `*output_length` counts them.
cgnuplot_status cgnuplot_close(
    cgnuplot_process *process, int *exit_code, char **output, size_t *output_length, char **errors, char **message);

void cgnuplot_free(char *text);

/// For each of `count` Unicode scalars sets `covered[i]` to 1 when some installed font has it, else 0. All are 1 where
/// fontconfig, through which gnuplot's cairo terminals find their fonts, is not to be found.
void cgnuplot_covered(const uint32_t *scalars, size_t count, unsigned char *covered);

#ifdef __cplusplus
}
#endif

#endif
