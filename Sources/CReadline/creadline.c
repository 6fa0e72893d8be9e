#include "creadline.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

// Interrupts.

static volatile sig_atomic_t interrupts = 0;

static void count_interrupt(int signal) {
    (void)signal;
    interrupts += 1;
    if (interrupts >= 3) _exit(130);
}

// A program inherits the blocked signals of whoever started it, and some start it with nearly all of them blocked.
static void unblock(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void tta_catch_interrupts(void) {
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

void tta_history_load(const char *path, int limit) {
    stifle_history(limit);
    read_history(path);
    // Keeps the file from growing for ever; fails quietly where there is none yet.
    history_truncate_file(path, limit);
}

void tta_history_add(const char *line, const char *path) {
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (last != NULL && strcmp(last->line, line) == 0) return;
    add_history(line);
    if (path == NULL) return;
    FILE *file = fopen(path, "a");
    if (file == NULL) return;
    fprintf(file, "%s\n", line);
    fclose(file);
}
