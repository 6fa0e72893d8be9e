#include "cgnuplot.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

// The header is written for older C++ and older Boost; its warnings are not ours to mend.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <gnuplot-iostream.h>
#pragma clang diagnostic pop

extern char **environ;

namespace {

/// Keeps SIGPIPE from this thread while it lives, and swallows the one a broken pipe raised. The program's own
/// handling of signals stays as it is.
class PipeSignalBlock {
public:
    PipeSignalBlock() {
        sigset_t pending;
        sigemptyset(&pending);
        sigpending(&pending);
        was_pending = sigismember(&pending, SIGPIPE) == 1;
        sigemptyset(&pipe_signal);
        sigaddset(&pipe_signal, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_signal, &previous);
    }

    ~PipeSignalBlock() {
        if (!was_pending) {
            const timespec now{0, 0};
            while (sigtimedwait(&pipe_signal, nullptr, &now) == -1 && errno == EINTR) {
            }
        }
        pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    }

    PipeSignalBlock(const PipeSignalBlock &) = delete;
    PipeSignalBlock &operator=(const PipeSignalBlock &) = delete;

private:
    sigset_t pipe_signal;
    sigset_t previous;
    bool was_pending;
};

/// A nameless temporary file that collects what gnuplot writes: unlike a pipe it is never full.
class Capture {
public:
    Capture() : file(std::tmpfile()) {
        if (!file) throw std::runtime_error(std::string("cannot make a temporary file: ") + std::strerror(errno));
        fcntl(fileno(file), F_SETFD, FD_CLOEXEC);
    }
    ~Capture() { std::fclose(file); }
    Capture(const Capture &) = delete;
    Capture &operator=(const Capture &) = delete;

    int descriptor() const { return fileno(file); }

    std::string contents() const {
        std::string text;
        char buffer[1 << 16];
        off_t offset = 0;
        for (;;) {
            const ssize_t count = pread(descriptor(), buffer, sizeof buffer, offset);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return text;
            text.append(buffer, static_cast<size_t>(count));
            offset += count;
        }
    }

private:
    std::FILE *file;
};

char *copied(const std::string &text) {
    auto *bytes = static_cast<char *>(std::malloc(text.size() + 1));
    if (!bytes) throw std::bad_alloc();
    std::memcpy(bytes, text.data(), text.size());
    bytes[text.size()] = '\0';
    return bytes;
}

void report(char **message, const char *text) noexcept {
    if (message) *message = strdup(text);
}

/// Runs `body`; whatever it throws becomes a status and a message.
template <typename Body> cgnuplot_status guarded(char **message, Body body) noexcept {
    if (message) *message = nullptr;
    try {
        return body();
    } catch (const std::exception &error) {
        report(message, error.what());
    } catch (...) {
        report(message, "an unknown C++ exception");
    }
    return CGNUPLOT_FAILED;
}

struct FileActions {
    posix_spawn_file_actions_t actions;
    FileActions() { posix_spawn_file_actions_init(&actions); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
};

/// The child starts with no signal blocked and SIGPIPE as usual, whatever this thread has set.
struct Attributes {
    posix_spawnattr_t attributes;
    Attributes() {
        posix_spawnattr_init(&attributes);
        sigset_t none, defaults;
        sigemptyset(&none);
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &defaults);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes); }
};

} // namespace

struct cgnuplot_process {
    Capture output;
    Capture errors;
    pid_t pid = -1;
    std::unique_ptr<Gnuplot> stream;
};

cgnuplot_status cgnuplot_open(const char *program, cgnuplot_process **process, char **message) {
    *process = nullptr;
    return guarded(message, [&]() -> cgnuplot_status {
        auto opened = std::make_unique<cgnuplot_process>();
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));

        FileActions files;
        posix_spawn_file_actions_adddup2(&files.actions, ends[0], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&files.actions, opened->output.descriptor(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&files.actions, opened->errors.descriptor(), STDERR_FILENO);
        Attributes attributes;
        std::string name(program), defaults("-d"), input("-");
        char *const arguments[] = {name.data(), defaults.data(), input.data(), nullptr};
        const int failure =
            posix_spawnp(&opened->pid, program, &files.actions, &attributes.attributes, arguments, environ);
        close(ends[0]);
        if (failure != 0) {
            close(ends[1]);
            report(message, std::strerror(failure));
            return failure == ENOENT ? CGNUPLOT_NOT_FOUND : CGNUPLOT_FAILED;
        }
        std::FILE *pipe = fdopen(ends[1], "w");
        if (!pipe) {
            close(ends[1]);
            waitpid(opened->pid, nullptr, 0);
            throw std::runtime_error("cannot open the pipe to gnuplot");
        }
        // Given a file rather than a command line, gnuplot-iostream needs no shell; it closes the file when it goes.
        opened->stream = std::make_unique<Gnuplot>(pipe);
        *process = opened.release();
        return CGNUPLOT_OK;
    });
}

cgnuplot_status cgnuplot_send(cgnuplot_process *process, const char *text, size_t length, char **message) {
    PipeSignalBlock block;
    return guarded(message, [&]() -> cgnuplot_status {
        process->stream->write(text, static_cast<std::streamsize>(length));
        process->stream->flush();
        if (!*process->stream) throw std::runtime_error("gnuplot stopped reading the script");
        return CGNUPLOT_OK;
    });
}

cgnuplot_status cgnuplot_close(
    cgnuplot_process *process, int *exit_code, char **output, size_t *output_length, char **errors, char **message) {
    *exit_code = -1;
    *output = *errors = nullptr;
    *output_length = 0;
    PipeSignalBlock block;
    return guarded(message, [&]() -> cgnuplot_status {
        std::unique_ptr<cgnuplot_process> closing(process);
        closing->stream.reset();
        int status = 0;
        while (waitpid(closing->pid, &status, 0) == -1) {
            if (errno != EINTR) throw std::runtime_error(std::strerror(errno));
        }
        *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        const std::string written = closing->output.contents();
        *output = copied(written);
        *output_length = written.size();
        *errors = copied(closing->errors.contents());
        return CGNUPLOT_OK;
    });
}

void cgnuplot_free(char *text) { std::free(text); }
