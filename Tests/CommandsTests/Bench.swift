import CommandLanguage
import Commands
import Foundation
import Testing

/// A session over all commands, with a folder of its own for files.
///
/// In scripts and expectations `@/` stands for that folder. The working directory is a temporary folder in which
/// `Scripts` is the checkout's, so that examples find their data and write nothing into the checkout.
final class Bench {
    let console = BenchConsole()
    let interpreter: Interpreter
    private let commands = CommandRegistry(standardCommands)
    private let folder = "bench-\(UUID().uuidString)"

    private static let workplace: URL = {
        let files = FileManager.default
        let place = files.temporaryDirectory.appendingPathComponent("commands-\(UUID().uuidString)")
        let scripts = place.appendingPathComponent("Scripts")
        do {
            try files.createDirectory(at: place, withIntermediateDirectories: true)
            try files.createSymbolicLink(at: scripts, withDestinationURL: checkout.appendingPathComponent("Scripts"))
        } catch {
            preconditionFailure("no temporary folder to work in: \(error)")
        }
        precondition(files.changeCurrentDirectoryPath(place.path), "cannot work in \(place.path)")
        atexit { try? FileManager.default.removeItem(at: Bench.workplace) }
        return place
    }()

    static let checkout = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    init() throws {
        interpreter = Interpreter(context: Context(commands: commands, console: console))
        try FileManager.default.createDirectory(
            at: Self.workplace.appendingPathComponent(folder), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws {
        let file = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    // MARK: Running

    /// What stopped a script: the message, what to do about it, and the text it points at.
    struct Failure: Equatable {
        var message: String
        var help: String?
        var place: String
    }

    /// Checks the text, then runs it up to the first statement that fails.
    func failure(of text: String) throws -> Failure? {
        let script = text.replacing("@/", with: folder + "/")
        let loaded = Script.load(
            SourceFile(name: "test", text: script), commands: commands, variables: interpreter.context.variables)
        if let error = loaded.diagnostics.first(where: { $0.severity == .error }) { return failure(error) }
        do {
            try interpreter.run(loaded.script)
            return nil
        } catch let diagnostic as Diagnostic {
            return failure(diagnostic)
        }
    }

    private func failure(_ diagnostic: Diagnostic) -> Failure {
        Failure(
            message: mapped(diagnostic.message), help: diagnostic.help.map(mapped), place: mapped(diagnostic.range.text)
        )
    }

    private func mapped(_ text: String) -> String { text.replacing(folder + "/", with: "@/") }

    /// Runs a text that nothing stops.
    func run(_ text: String, at location: SourceLocation = #_sourceLocation) throws {
        if let failure = try failure(of: text) {
            Issue.record("\(failure)", sourceLocation: location)
        }
    }

    /// Notes and warnings so far.
    var told: [String] { console.told.map(mapped) }

    /// What the text shows last, as `--output json` prints it.
    func line(_ text: String, at location: SourceLocation = #_sourceLocation) throws -> String {
        interpreter.context.settings.output = .json
        defer { interpreter.context.settings.output = .text }
        let before = console.shown.count
        try run(text, at: location)
        try #require(console.shown.count > before, "nothing was shown", sourceLocation: location)
        return console.shown[console.shown.count - 1]
    }

    func answer(_ text: String, at location: SourceLocation = #_sourceLocation) throws -> Answer {
        try Answer(json: line(text, at: location))
    }

    /// What the text shows, as text.
    func shown(_ text: String, at location: SourceLocation = #_sourceLocation) throws -> String {
        let before = console.shown.count
        try run(text, at: location)
        return mapped(console.shown[before...].joined(separator: "\n"))
    }

    /// Variables with their values, to see whether anything changed.
    var state: [String] { interpreter.context.variables.map { "\($0.name) = \($0.value.json.line)" } }

    /// Fails unless the statement is stopped with just these words and leaves every variable as it was.
    func expectFailure(
        _ statement: String, _ message: String, help: String?, at place: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let before = state
        let expected = Failure(message: message, help: help, place: place ?? statement)
        let found = try failure(of: statement)
        #expect(found == expected, sourceLocation: location)
        #expect(state == before, "variables changed", sourceLocation: location)
    }
}

/// Remembers what a session said; may interrupt it.
final class BenchConsole: Console {
    var isInteractive: Bool { false }
    var hasColour: Bool { false }
    private(set) var shown: [String] = []
    private(set) var told: [String] = []
    private(set) var bars: [String] = []
    /// Interrupts, once, as soon as a progress bar of this label has been drawn.
    var interruptsDuring: String?

    func takeInterruption() -> Bool {
        guard let label = interruptsDuring, bars.contains(where: { $0.hasPrefix(label) }) else { return false }
        interruptsDuring = nil
        return true
    }

    func show(_ text: String) { shown.append(text) }
    func tell(_ text: String) { told.append(text) }
    func showProgress(_ progress: ProgressBar?) {
        if let progress { bars.append(progress.label) }
    }
}
