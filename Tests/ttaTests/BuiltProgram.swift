import Foundation

/// The `tta` that was built beside these tests.
struct BuiltProgram {
    struct Outcome {
        var output: String
        var errors: String
        var status: Int32
        /// True when a signal ended it; `status` is then the signal's number.
        var wasKilled: Bool
    }

    static let url = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("tta")

    /// A folder of its own for what a test writes.
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tta-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to name: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    /// - Parameter environment: beside the test's own.
    func process(_ arguments: [String], environment added: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = Self.url
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["XDG_STATE_HOME"] = folder.path
        environment["HOME"] = folder.path
        environment["TERM"] = "xterm"
        environment["NO_COLOR"] = "1"
        environment["PAGER"] = "cat"
        environment.merge(added) { $1 }
        process.environment = environment
        return process
    }

    func run(_ arguments: String..., input: String = "") throws -> Outcome {
        let process = process(arguments)
        // Files rather than pipes: nothing can block, and a file shows what was flushed.
        let inputURL = folder.appendingPathComponent("input")
        try input.write(to: inputURL, atomically: true, encoding: .utf8)
        process.standardInput = try FileHandle(forReadingFrom: inputURL)
        let output = try handle("output")
        let errors = try handle("errors")
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        return try outcome(of: process)
    }

    func handle(_ name: String) throws -> FileHandle {
        let url = folder.appendingPathComponent(name)
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }

    func outcome(of process: Process) throws -> Outcome {
        Outcome(
            output: try text("output"), errors: try text("errors"), status: process.terminationStatus,
            wasKilled: process.terminationReason == .uncaughtSignal)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
}
