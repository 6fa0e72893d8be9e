import Foundation
import Testing

/// A `tta` at a terminal that the test types on.
private final class Terminal {
    let program: BuiltProgram
    let process: Process
    private let master: FileHandle
    private var seen = ""

    init(_ program: BuiltProgram, environment: [String: String] = [:]) throws {
        self.program = program
        // Linux's pseudo-terminals by hand: Glibc's module does not show posix_openpt and its companions.
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var lock: Int32 = 0
        var number: UInt32 = 0
        let setLock: UInt = 0x4004_5431
        let getNumber: UInt = 0x8004_5430
        let isOpen =
            descriptor >= 0 && ioctl(descriptor, setLock, &lock) == 0 && ioctl(descriptor, getNumber, &number) == 0
        try #require(isOpen)
        let slave = FileHandle(fileDescriptor: open("/dev/pts/\(number)", O_RDWR | O_NOCTTY), closeOnDealloc: true)
        var size = winsize(ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        master = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        process = program.process([], environment: environment)
        process.standardInput = slave
        process.standardOutput = slave
        process.standardError = slave
        try process.run()
    }

    func type(_ text: String) { master.write(Data(text.utf8)) }

    /// Waits until the text appears after what was waited for before. What appeared until then.
    @discardableResult
    func waitFor(_ text: String, seconds: Double = 10) throws -> String {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if let range = seen.range(of: text) {
                let before = String(seen[..<range.upperBound])
                seen = String(seen[range.upperBound...])
                return before
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(master.fileDescriptor, &buffer, buffer.count)
            if count > 0 { seen += String(decoding: buffer[..<count], as: UTF8.self) } else { usleep(5_000) }
        }
        Issue.record("\(text) did not appear; what did is \(seen.debugDescription)")
        throw CancellationError()
    }

    func finish() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}

@Suite(.serialized) struct PromptTests {
    /// - Parameter files: what lies in the home folder, by name.
    private func with(
        _ files: [String: String] = [:], environment: [String: String] = [:], _ body: (Terminal) throws -> Void
    ) throws {
        let program = try BuiltProgram()
        defer { program.remove() }
        for (name, text) in files { _ = try program.write(text, to: name) }
        let terminal = try Terminal(program, environment: environment)
        defer { if terminal.process.isRunning { kill(terminal.process.processIdentifier, SIGKILL) } }
        try terminal.waitFor("tta> ")
        try body(terminal)
    }

    private func history(_ terminal: Terminal) throws -> [Substring] {
        try terminal.program.text("tta/history").split(separator: "\n")
    }

    /// A dumb terminal cannot draw a line anew: it gets no bar, and nothing but text.
    @Test(arguments: ["xterm", "dumb"]) func theBarIsForTerminalsThatDrawLinesAnew(kind: String) throws {
        try with(environment: ["TERM": kind]) { terminal in
            terminal.type("c = simulate patients=200 patches=100\r")
            let shown = try terminal.waitFor("tta> ")
            #expect(shown.contains("░") == (kind == "xterm"))
            #expect(shown.contains("\u{1B}[") == (kind == "xterm"))
        }
    }

    /// Ctrl-D leaves, but amid a statement it only gives the statement up.
    @Test func theEndAmidAStatementBeginsAnew() throws {
        try with { terminal in
            terminal.type("print (1 +\r")
            try terminal.waitFor("..(> ")
            terminal.type("\u{4}")
            try terminal.waitFor("tta> ")
            terminal.type("print 6 * 7\r")
            try terminal.waitFor("42\r\n")
            try terminal.waitFor("tta> ")
            terminal.type("\u{4}")
            #expect(terminal.finish() == 0)
        }
    }

    @Test func statementsAreAnsweredAndRemembered() throws {
        try with { terminal in
            terminal.type("print 6 * 7\r")
            try terminal.waitFor("42\r\n")
            try terminal.waitFor("tta> ")
            terminal.type("print (1 +\r")
            try terminal.waitFor("..(> ")
            terminal.type("2)\r")
            try terminal.waitFor("3\r\n")
            try terminal.waitFor("tta> ")
            terminal.type("print 6\r")
            try terminal.waitFor("tta> ")
            terminal.type("print 6\r")
            try terminal.waitFor("tta> ")
            terminal.type("\u{4}")
            #expect(terminal.finish() == 0)
            #expect(try history(terminal) == ["print 6 * 7", "print (1 + 2)", "print 6"])
        }
    }

    @Test func aMistakeLeavesThePromptAndTheVariables() throws {
        try with { terminal in
            terminal.type("x = 5\r")
            try terminal.waitFor("tta> ")
            terminal.type("x = y\r")
            try terminal.waitFor("there is no variable `y`")
            try terminal.waitFor("tta> ")
            terminal.type("x\r")
            try terminal.waitFor("5\r\n")
            terminal.type("\u{4}")
            #expect(terminal.finish() == 0)
        }
    }

    @Test func tabCompletesFromTheDeclarations() throws {
        try with { terminal in
            terminal.type("settings out\t")
            try terminal.waitFor("output=")
            terminal.type("j\t\r")
            try terminal.waitFor("tta> ")
            terminal.type("print 1\r")
            try terminal.waitFor("{\"value\":1}")
        }
    }

    @Test func anInterruptAtThePromptClearsTheLine() throws {
        try with { terminal in
            terminal.type("print 99")
            try terminal.waitFor("print 99")
            kill(terminal.process.processIdentifier, SIGINT)
            try terminal.waitFor("tta> ")
            terminal.type("print 3 - 2\r")
            #expect(try terminal.waitFor("1\r\n").contains("99") == false)
        }
    }

    @Test func anInterruptStopsAStatementAndKeepsVariables() throws {
        try with { terminal in
            terminal.type("x = 5\r")
            try terminal.waitFor("tta> ")
            terminal.type("print \"go\"; for i in 1..1000000000 { x = i }\r")
            try terminal.waitFor("go\r\n")
            kill(terminal.process.processIdentifier, SIGINT)
            try terminal.waitFor("interrupted")
            try terminal.waitFor("tta> ")
            terminal.type("x\r")
            try terminal.waitFor("5\r\n")
        }
    }

    @Test func theHistoryOfOneSessionIsThereInTheNext() throws {
        let program = try BuiltProgram()
        defer { program.remove() }
        for _ in 1...2 {
            let terminal = try Terminal(program)
            try terminal.waitFor("tta> ")
            // The second session repeats the last line with the up key.
            let isFirst = !FileManager.default.fileExists(atPath: program.folder.path + "/tta/history")
            terminal.type(isFirst ? "print 120 + 3\r" : "\u{1B}[A\r")
            try terminal.waitFor("123\r\n")
            terminal.type("\u{4}")
            #expect(terminal.finish() == 0)
        }
        #expect(try program.text("tta/history") == "print 120 + 3\n")
    }

    @Test func aLineStandsInTheHistoryOnce() throws {
        try with { terminal in
            for text in ["print 1", "print 2", "print 1"] {
                terminal.type(text + "\r")
                try terminal.waitFor("tta> ")
            }
            // Up twice: past the last line to the one before, which is not the first again.
            terminal.type("\u{1B}[A\u{1B}[A\r")
            try terminal.waitFor("2\r\n")
            terminal.type("\u{1B}[A\u{1B}[A\u{1B}[A\u{1B}[A\r")
            try terminal.waitFor("1\r\n")
        }
    }

    @Test func theStartFileRunsBeforeThePrompt() throws {
        try with([".ttarc": "years = 365.25\nsettings seed=7"]) { terminal in
            terminal.type("print years\r")
            try terminal.waitFor("365.2")
            terminal.type("settings\r")
            try terminal.waitFor("seed    7")
        }
        try with([".ttarc": "print quux\n"]) { terminal in
            terminal.type("print 1 + 1\r")
            try terminal.waitFor("2\r\n")
        }
    }

    @Test func aSessionIsWrittenAsAScriptThatGivesTheSame() throws {
        try with([".ttarc": "base = 40"]) { terminal in
            for text in ["x = base+2", "print quux", "def f(a) { return a*2 }", "f(x)", "history last=1"] {
                terminal.type(text + "\r")
                try terminal.waitFor("tta> ")
            }
            terminal.type("session \"s.tta\"\r")
            try terminal.waitFor("s.tta has 4 statements")
            let script = try terminal.program.text("s.tta")
            #expect(script == "version 1\nbase = 40\nx = base + 2\ndef f(a) {\n    return a * 2\n}\nf(x)\n")
            #expect(try terminal.program.run("run", "s.tta").output == "84\n")
        }
    }

    @Test func noNumberOfInterruptsEndsASession() throws {
        try with { terminal in
            terminal.type("print \"go\"; for i in 1..1000000000 { x = i }\r")
            try terminal.waitFor("go\r\n")
            for _ in 1...6 { kill(terminal.process.processIdentifier, SIGINT) }
            try terminal.waitFor("interrupted")
            terminal.type("print 7 * 6\r")
            try terminal.waitFor("42\r\n")
        }
    }

    /// A line that fills the terminal's last column, after candidates were listed: what is printed stands below it.
    @Test func aLineThatFillsTheTerminalStays() throws {
        try with(environment: ["NO_COLOR": ""]) { terminal in
            terminal.type("settings \t\t")
            try terminal.waitFor("width=")
            terminal.type("\u{15}")
            let text = "print \"" + String(repeating: "y", count: 100 - 5 - 8) + "\""
            terminal.type(text)
            try terminal.waitFor("\u{1B}[J\r", seconds: 5)
            terminal.type("\r")
            let shown = try terminal.waitFor("yyy\r\n")
            #expect(shown.hasSuffix("\ryyy\r\n") == false)
            terminal.type("print 1\r")
            try terminal.waitFor("1\r\n")
        }
    }

    @Test func twoEmptyLinesEndABracketThatWasNotMeant() throws {
        try with { terminal in
            terminal.type("print exp(\r")
            try terminal.waitFor("..(> ")
            terminal.type("\r\r")
            try terminal.waitFor("`(` is never closed")
            try terminal.waitFor("tta> ")
        }
    }

    @Test func wordsAreColouredAsTheyAreTyped() throws {
        try with(environment: ["NO_COLOR": ""]) { terminal in
            terminal.type("print 'a' # b")
            try terminal.waitFor("\u{1B}[1;34mprint\u{1B}[0m \u{1B}[32m'a'\u{1B}[0m \u{1B}[90m# b\u{1B}[0m")
            terminal.type("\r")
            try terminal.waitFor("a\r\n")
        }
    }

    @Test func whatIsLongerThanTheTerminalGoesToThePager() throws {
        try with(environment: ["PAGER": "sed s/^/paged:/"]) { terminal in
            terminal.type("print 1\r")
            #expect(try terminal.waitFor("tta> ").contains("paged:") == false)
            terminal.type("print \"\(String(repeating: "x\\n", count: 50))\"\r")
            try terminal.waitFor("paged:")
            try terminal.waitFor("tta> ")
        }
    }

    @Test func timingIsToldWhenAsked() throws {
        try with { terminal in
            terminal.type("timing on\r")
            terminal.type("print 5\r")
            try terminal.waitFor("5\r\n")
            try terminal.waitFor("time: 0.")
            terminal.type("timing off\r")
            try terminal.waitFor("tta> ")
        }
    }
}
