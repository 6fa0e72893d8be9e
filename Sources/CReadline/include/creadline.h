#ifndef TTA_CREADLINE_H
#define TTA_CREADLINE_H

#include <stdbool.h>
#include <stddef.h>

// GNU readline keeps its state in global variables, which Swift refuses as unsafe; these functions set them.

/// Candidates for the text between `start` and `end` (bytes) of `line`, as a malloc'ed, null-terminated array of
/// malloc'ed strings, or NULL for none. A candidate is followed by a space unless it ends in `=`, `(` or `.`.
/// Setting `*files` asks for the names of files instead.
typedef char **(*tta_completer)(const char *line, int start, int end, bool *files);

/// Names the application for ~/.inputrc and installs the completer.
void tta_readline_start(const char *name, tta_completer completer);

enum tta_line_status { TTA_LINE_READ, TTA_LINE_END, TTA_LINE_INTERRUPTED };

/// Reads a line with editing. The line is malloc'ed; NULL unless the status is TTA_LINE_READ. An interrupt clears the
/// line and returns TTA_LINE_INTERRUPTED.
char *tta_readline(const char *prompt, enum tta_line_status *status);

/// Loads the history, of which the last `limit` lines are kept. A file that does not exist is an empty history.
void tta_history_load(const char *path, int limit);

/// Adds a line unless it repeats the one before, and appends it to the file.
void tta_history_add(const char *line, const char *path);

/// From now on SIGINT only counts; the third one that nobody has taken ends the program with status 130.
void tta_catch_interrupts(void);

/// True when an interrupt came since the last call.
bool tta_take_interrupt(void);

/// Ignores SIGPIPE, so that a write to a closed pipe reports EPIPE.
void tta_ignore_broken_pipes(void);

/// Ends the program as SIGPIPE would.
void tta_die_of_broken_pipe(void);

#endif
