internal import CReadline
import CommandLanguage
import Foundation

/// The program that shows what is longer than the terminal: `$PAGER`, else `less` where there is one.
struct Pager {
    private let words: [String]

    /// Nil where `$PAGER` is empty or `cat`, or nothing can be found.
    init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let words = (environment["PAGER"] ?? "less").split(separator: " ").map(String.init)
        guard let program = words.first, program != "cat", Self.exists(program, environment) else { return nil }
        self.words = words
    }

    /// No shell is asked, so that the words mean what they say.
    private static func exists(_ program: String, _ environment: [String: String]) -> Bool {
        if program.contains("/") { return access(program, X_OK) == 0 }
        return (environment["PATH"] ?? "").split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    /// Shows the text and waits until it was read. False when the program could not be started.
    func show(_ text: String) -> Bool {
        // Colours pass, and what fits the window after all is not held there.
        setenv("LESS", "FRX", 0)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return false }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[0], standardInput)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        defer { posix_spawn_file_actions_destroy(&actions) }
        // In the process group of the prompt, so that it may read the terminal.
        var child: pid_t = 0
        var arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        let failure = posix_spawnp(&child, words[0], &actions, nil, &arguments, environ)
        close(ends[0])
        guard failure == 0 else {
            close(ends[1])
            return false
        }
        writeLine(text, to: ends[1])
        close(ends[1])
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        // Interrupts meanwhile were meant for it.
        _ = tta_take_interrupt()
        return true
    }
}
