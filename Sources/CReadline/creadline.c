#include "creadline.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

// Interrupts.

static volatile sig_atomic_t interrupts = 0;
// How many interrupts that nobody takes end the program.
static volatile sig_atomic_t patience = SIG_ATOMIC_MAX;

static void count_interrupt(int signal) {
    (void)signal;
    interrupts += 1;
    if (interrupts >= patience) _exit(130);
}

// A program inherits the blocked signals of whoever started it, and some start it with nearly all of them blocked.
static void unblock(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void tta_catch_interrupts(bool is_session) {
    patience = is_session ? SIG_ATOMIC_MAX : 3;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = count_interrupt;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    unblock(SIGINT);
}

bool tta_take_interrupt(void) {
    if (interrupts == 0) return false;
    interrupts = 0;
    return true;
}

void tta_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

void tta_die_of_broken_pipe(void) {
    signal(SIGPIPE, SIG_DFL);
    unblock(SIGPIPE);
    raise(SIGPIPE);
    _exit(141);
}

// Completion.

static tta_completer completer = NULL;
static char **candidates = NULL;

static char *next_candidate(const char *text, int state) {
    static size_t index;
    (void)text;
    if (state == 0) index = 0;
    if (candidates == NULL || candidates[index] == NULL) return NULL;
    return strdup(candidates[index++]);
}

static char **complete(const char *text, int start, int end) {
    bool files = false;
    candidates = completer(rl_line_buffer, start, end, &files);
    if (files) {
        // Falls through to readline's own completion of file names.
        rl_filename_completion_desired = 1;
        return NULL;
    }
    rl_attempted_completion_over = 1;
    char **matches = candidates == NULL ? NULL : rl_completion_matches(text, next_candidate);
    if (matches != NULL && matches[0] != NULL && matches[1] == NULL) {
        size_t length = strlen(matches[0]);
        if (length > 0 && strchr("=(.", matches[0][length - 1]) != NULL) rl_completion_suppress_append = 1;
    }
    if (candidates != NULL) {
        for (char **candidate = candidates; *candidate != NULL; candidate++) free(*candidate);
        free(candidates);
        candidates = NULL;
    }
    return matches;
}

void tta_readline_start(const char *name, tta_completer function) {
    // What is typed is UTF-8 whatever the locale says.
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setenv("LC_ALL", "C.UTF-8", 1);
    rl_readline_name = name;
    completer = function;
    rl_attempted_completion_function = complete;
    rl_basic_word_break_characters = " \t\n\"'`=()[]{},;+-*/%^<>~.";
    rl_basic_quote_characters = "";
    rl_completer_quote_characters = "\"'";
    // A match is one word for the language whatever it holds.
    rl_filename_quote_characters = "";
    rl_catch_signals = 1;
    rl_catch_sigwinch = 1;
    // Otherwise the handlers are installed only while a key is being read.
    rl_persistent_signal_handlers = 1;
    // Pasted text is inserted, not run line by line while it arrives.
    rl_variable_bind("enable-bracketed-paste", "on");
    using_history();
}

// Drawing the line.

static tta_painter painter = NULL;
// The row of the cursor, and how many rows the line takes below the prompt's, as drawn last.
static int cursor_row = 0;
static int last_row = 0;
// Whether the line fills its last row, so that the cursor stands below it already.
static bool is_full = false;

// Draws the prompt and the line anew over what was drawn before.
static void draw_line(void) {
    int rows, columns;
    rl_get_screen_size(&rows, &columns);
    const char *prompt = rl_display_prompt == NULL ? "" : rl_display_prompt;
    struct tta_painted_line line;
    painter(prompt, rl_line_buffer, rl_point, columns < 2 ? 80 : columns, &line);
    if (cursor_row > 0) fprintf(rl_outstream, "\033[%dA", cursor_row);
    fprintf(rl_outstream, "\r%s%s", prompt, line.text);
    // A line that fills its last row leaves the cursor there; it belongs at the beginning of the next.
    if (line.end_column == 0 && line.end_row > 0) fputs(" \r", rl_outstream);
    fputs("\033[J", rl_outstream);
    if (line.end_row > line.cursor_row) fprintf(rl_outstream, "\033[%dA", line.end_row - line.cursor_row);
    fputs("\r", rl_outstream);
    if (line.cursor_column > 0) fprintf(rl_outstream, "\033[%dC", line.cursor_column);
    fflush(rl_outstream);
    free(line.text);
    cursor_row = line.cursor_row;
    last_row = line.end_row;
    is_full = line.end_column == 0 && line.end_row > 0;
}

// Leaves the cursor in the line's last row, so that what is printed next stands below it.
static void go_below_line(void) {
    if (last_row > cursor_row) fprintf(rl_outstream, "\033[%dB", last_row - cursor_row);
    fflush(rl_outstream);
    cursor_row = last_row = 0;
}

// In place of rl_newline, which ends the line on the screen, or does not, by what it believes to have drawn itself.
static int accept_line(int count, int key) {
    (void)count;
    (void)key;
    go_below_line();
    if (!is_full) fputs("\r\n", rl_outstream);
    fflush(rl_outstream);
    if (rl_mark_active_p()) rl_deactivate_mark();
    rl_done = 1;
    RL_SETSTATE(RL_STATE_DONE);
    return 0;
}

static void show_matches(char **matches, int count, int longest) {
    go_below_line();
    if (count > rl_completion_query_items && rl_completion_query_items > 0) {
        rl_crlf();
        fprintf(rl_outstream, "%d possibilities; type a letter more", count);
        rl_crlf();
    } else {
        rl_display_match_list(matches, count, longest);
    }
    rl_forced_update_display();
}

void tta_readline_paint(tta_painter function) {
    painter = function;
    rl_initialize();
    rl_redisplay_function = draw_line;
    rl_completion_display_matches_hook = show_matches;
    // Readline's own accept-line knows nothing of the rows that were drawn.
    Keymap keymaps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};
    for (size_t index = 0; index < sizeof keymaps / sizeof *keymaps; index++) {
        for (const char *key = "\r\n"; *key != '\0'; key++) {
            char sequence[] = {*key, '\0'};
            if (rl_function_of_keyseq(sequence, keymaps[index], NULL) == rl_newline) {
                rl_bind_key_in_map(*key, accept_line, keymaps[index]);
            }
        }
    }
}

// Reading a line.

static char *finished_line = NULL;
static bool is_finished = false;

static void take_line(char *line) {
    finished_line = line;
    is_finished = true;
    rl_callback_handler_remove();
}

char *tta_readline(const char *prompt, enum tta_line_status *status) {
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    finished_line = NULL;
    is_finished = false;
    interrupts = 0;
    cursor_row = last_row = 0;
    rl_callback_handler_install(prompt, take_line);
    while (!is_finished) {
        // Outside pselect interrupts wait, so that none can slip in between the test and the wait.
        sigprocmask(SIG_BLOCK, &blocked, &before);
        fd_set input;
        FD_ZERO(&input);
        int descriptor = fileno(rl_instream);
        FD_SET(descriptor, &input);
        int ready = pselect(descriptor + 1, &input, NULL, NULL, NULL, &before);
        int failure = errno;
        sigprocmask(SIG_SETMASK, &before, NULL);
        rl_check_signals();
        if (tta_take_interrupt()) {
            rl_callback_sigcleanup();
            rl_replace_line("", 1);
            rl_callback_handler_remove();
            go_below_line();
            fputs("\n", rl_outstream);
            fflush(rl_outstream);
            *status = TTA_LINE_INTERRUPTED;
            return NULL;
        }
        if (ready > 0) {
            rl_callback_read_char();
        } else if (ready < 0 && failure != EINTR) {
            take_line(NULL);
        }
    }
    *status = finished_line == NULL ? TTA_LINE_END : TTA_LINE_READ;
    return finished_line;
}

// History.

void tta_history_add(const char *line) { add_history(line); }

void tta_history_forget(const char *line) {
    for (int index = history_length - 1; index >= 0; index--) {
        if (strcmp(history_get(history_base + index)->line, line) == 0) free_history_entry(remove_history(index));
    }
}

void tta_history_limit(int count) { stifle_history(count); }
