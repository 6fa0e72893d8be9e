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

/// A line as it is to be drawn; rows count from the prompt's.
struct tta_painted_line {
    /// Malloc'ed.
    char *text;
    int cursor_row, cursor_column, end_row, end_column;
};

typedef void (*tta_painter)(
    const char *prompt, const char *line, int point, int columns, struct tta_painted_line *result);

/// From now on lines are drawn by the painter instead of by readline.
void tta_readline_paint(tta_painter painter);

enum tta_line_status { TTA_LINE_READ, TTA_LINE_END, TTA_LINE_INTERRUPTED };

/// Reads a line with editing. The line is malloc'ed; NULL unless the status is TTA_LINE_READ. An interrupt clears the
/// line and returns TTA_LINE_INTERRUPTED.
char *tta_readline(const char *prompt, enum tta_line_status *status);

/// Adds a line at the end of the history.
void tta_history_add(const char *line);

/// Takes the line away wherever it stands in the history.
void tta_history_forget(const char *line);

/// How many lines the history keeps.
void tta_history_limit(int count);

/// From now on SIGINT only counts. Outside a session the third one that nobody has taken ends the program with status
/// 130; a session is never ended by it.
void tta_catch_interrupts(bool is_session);

/// True when an interrupt came since the last call.
bool tta_take_interrupt(void);

/// Ignores SIGPIPE, so that a write to a closed pipe reports EPIPE.
void tta_ignore_broken_pipes(void);

/// Ends the program as SIGPIPE would.
void tta_die_of_broken_pipe(void);

#endif
