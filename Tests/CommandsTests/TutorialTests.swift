import CommandLanguage
import Commands
import Foundation
import Testing

/// The pages of the tutorial, statement by statement in a session of their own: each prints what the page says.
///
/// In boxes marked `approximately` numbers may differ by a twentieth, in those marked `shape` altogether, since training
/// is not the same to the last digit on every processor.
@Suite struct TutorialTests {
    private enum Closeness { case equal, approximate, shape }

    /// What a session says, in order.
    private final class Transcript: Console {
        var isInteractive: Bool { false }
        var hasColour: Bool { false }
        var text = ""
        func takeInterruption() -> Bool { false }
        func show(_ line: String) { text += line + "\n" }
        func tell(_ line: String) { text += line + "\n" }
        func showProgress(_ progress: ProgressBar?) {}
    }

    private static let pages: [String] = {
        let folder = Bench.checkout.appendingPathComponent("docs/tutorial").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted()
    }()

    @Test func thereAreFivePages() { #expect(Self.pages.count == 5) }

    @Test(arguments: pages) func saysWhatThePageSays(_ page: String) throws {
        // Sets the working directory, where `Scripts` is the checkout's.
        let bench = try Bench()
        try FileManager.default.createDirectory(atPath: "Plots", withIntermediateDirectories: true)
        let path = Bench.checkout.appendingPathComponent("docs/tutorial/\(page)")
        let lines = try String(contentsOf: path, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let transcript = Transcript()
        let context = Context(commands: CommandRegistry(standardCommands), console: transcript)
        context.settings.width = 80
        let interpreter = Interpreter(context: context)
        var closeness: Closeness?
        var statement: String?
        var expected = ""
        var count = 0
        func finish() throws {
            defer { (statement, expected, transcript.text) = (nil, "", "") }
            guard let statement, let closeness else { return }
            run(statement, interpreter, transcript)
            count += 1
            let said = withoutTrailingSpaces(transcript.text)
            #expect(
                reduced(said, closeness) == reduced(expected, closeness) && isClose(said, expected, closeness),
                "\(page): \(statement) prints\n\(said)")
        }
        for line in lines {
            if line.hasPrefix("```") {
                try finish()
                closeness = closeness == nil ? Self.closeness(of: line) : nil
            } else if closeness != nil, line.hasPrefix("tta> ") {
                try finish()
                statement = String(line.dropFirst(5))
            } else if statement != nil {
                expected += line + "\n"
            }
        }
        _ = bench
        if page != "5-scripts.md" { #expect(count > 5) }
    }

    private static func closeness(of fence: Substring) -> Closeness? {
        switch fence {
        case "```tta": .equal
        case "```tta approximately": .approximate
        case "```tta shape": .shape
        default: nil
        }
    }

    private func run(_ statement: String, _ interpreter: Interpreter, _ transcript: Transcript) {
        let renderer = DiagnosticRenderer(hasColour: false)
        let loaded = Script.load(
            SourceFile(name: "input", text: statement), commands: interpreter.context.commands,
            variables: interpreter.context.variables)
        for diagnostic in loaded.diagnostics { transcript.tell(renderer.text(diagnostic)) }
        if loaded.diagnostics.contains(where: { $0.severity == .error }) { return }
        do {
            try interpreter.run(loaded.script)
        } catch let diagnostic as Diagnostic {
            transcript.tell(renderer.text(diagnostic))
        } catch {
            transcript.tell("\(error)")
        }
    }

    private func withoutTrailingSpaces(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The text without what may differ.
    private func reduced(_ text: String, _ closeness: Closeness) -> String {
        if closeness == .equal { return text }
        let words = text.replacing(/─+/, with: "").split(whereSeparator: \.isWhitespace)
        return words.map { Double($0) == nil ? $0.replacing(/[0-9]+/, with: "0") : "0" }.joined(separator: " ")
    }

    private func isClose(_ said: String, _ expected: String, _ closeness: Closeness) -> Bool {
        guard closeness == .approximate else { return true }
        func numbers(_ text: String) -> [Double] {
            text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        }
        return zip(numbers(said), numbers(expected)).allSatisfy { abs($0 - $1) <= 0.05 * abs($1) }
    }
}
