internal import CReadline
import Foundation

let standardInput: Int32 = 0
let standardOutput: Int32 = 1
let standardError: Int32 = 2

/// How the program ends.
enum ExitStatus: Int32 {
    case fine = 0
    case statementFailed = 1
    case wrongUsage = 2
    case interrupted = 130
}

func quit(_ status: ExitStatus) -> Never { exit(status.rawValue) }

func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// The width of the terminal behind the descriptor, or nil where there is none.
func terminalWidth(_ descriptor: Int32) -> Int? { terminalSize(descriptor).map { Int($0.ws_col) } }

/// The height of the terminal behind the descriptor, or nil where there is none.
func terminalRows(_ descriptor: Int32) -> Int? { terminalSize(descriptor).map { Int($0.ws_row) } }

private func terminalSize(_ descriptor: Int32) -> winsize? {
    var size = winsize()
    guard isTerminal(descriptor), ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return size
}

/// Writes at once, past any buffer, so that what a pipe or a file holds is complete whenever the program ends.
///
/// When whoever read standard output has gone, the program ends as quietly as other tools do.
func writeLine(_ text: String, to descriptor: Int32, newline: Bool = true) {
    var bytes = Array(text.utf8)
    if newline { bytes.append(UInt8(ascii: "\n")) }
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 {
            written += count
        } else if errno == EPIPE, descriptor == standardOutput {
            tta_die_of_broken_pipe()
        } else if errno != EINTR, errno != EAGAIN {
            // Results that are lost must not look like success; what nobody can be told is let go.
            guard descriptor == standardOutput else { return }
            let reason = String(cString: strerror(errno))
            writeLine("tta: error: cannot write to standard output: \(reason)", to: standardError)
            quit(.statementFailed)
        }
    }
}

/// The user's home, as every shell understands it: `$HOME`, whatever the user database says.
var homeFolder: URL {
    ProcessInfo.processInfo.environment["HOME"].flatMap { $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil }
        ?? FileManager.default.homeDirectoryForCurrentUser
}
