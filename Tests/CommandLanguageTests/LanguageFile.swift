import CommandLanguage
import Foundation
import Testing

/// A script under `Tests/Language` that says in comments what it does.
///
///     # expect: 3                          the next line shown
///     # expect error: 2:1: …               the next error: place and message (`file:2:1:` in another file)
///     # expect help: …                     the help of the last error
///     # expect note: 4:1: …                the next note of the last error
///     # expect warning: 2:1: …             the next warning
///     # set: name=value                    as `--set name=value`
///     # unchecked                          runs without the check that comes before running
struct LanguageFile: CustomTestStringConvertible, Sendable {
    let path: String
    let name: String

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Language").resolvingSymlinksInPath().path

    /// Every script; those in folders called `parts` are for others to include.
    static let all: [LanguageFile] = {
        let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".tta") && !$0.contains("parts/") }.sorted().map {
            LanguageFile(path: "\(folder)/\($0)", name: $0)
        }
    }()

    var testDescription: String { name }

    func expectations(in text: String) -> [String] {
        let marks = ["expect:", "expect error:", "expect help:", "expect note:", "expect warning:"]
        return text.split(separator: "\n").compactMap { line in
            guard let start = line.range(of: "# expect") else { return nil }
            let comment = String(line[start.lowerBound...].dropFirst(2))
            return marks.contains { comment.hasPrefix($0) } ? comment : nil
        }
    }

    /// What happens, in the words of expectations.
    func outcome(of text: String) -> [String] {
        let console = RecordingConsole()
        let commands = CommandRegistry(sampleCommands)
        let interpreter = Interpreter(context: Context(commands: commands, console: console))
        for line in text.split(separator: "\n") where line.hasPrefix("# set: ") {
            let parts = line.dropFirst(7).split(separator: "=", maxSplits: 1)
            interpreter.parameterValues[String(parts[0])] = String(parts[1])
        }
        let file = SourceFile(name: name, text: text, directory: (path as NSString).deletingLastPathComponent)
        let loaded = Script.load(file, commands: commands)
        let isUnchecked = text.contains("# unchecked\n")
        var outcome: [String] = []
        if !loaded.diagnostics.isEmpty, !isUnchecked {
            outcome = loaded.diagnostics.flatMap(lines)
        } else {
            var error: (any Error)?
            do { try interpreter.run(loaded.script) } catch let thrown { error = thrown }
            outcome = console.shown.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
                .map { "expect: \($0)" }
            outcome += console.told.filter { $0.contains("warning:") }.compactMap { warning(from: $0) }
            switch error {
            case let diagnostic as Diagnostic: outcome += lines(diagnostic)
            case let list as DiagnosticList: outcome += list.diagnostics.flatMap(lines)
            case let error?: outcome.append("unexpected \(error)")
            case nil: break
            }
        }
        return outcome
    }

    private func lines(_ diagnostic: Diagnostic) -> [String] {
        ["expect error: \(place(diagnostic.range)) \(diagnostic.message.replacing(Self.folder, with: "LANGUAGE"))"]
            + (diagnostic.help.map { ["expect help: \($0)"] } ?? [])
            + diagnostic.notes.map { "expect note: " + ($0.range.map { place($0) + " " } ?? "") + $0.message }
    }

    private func place(_ range: SourceRange) -> String {
        let position = range.file.position(at: range.lower)
        let file = range.file.name == name ? "" : (range.file.name as NSString).lastPathComponent + ":"
        return "\(file)\(position.line):\(position.column):"
    }

    private func warning(from text: String) -> String? {
        guard let line = text.split(separator: "\n").first, line.hasPrefix(name + ":") else { return nil }
        return "expect warning: " + line.dropFirst(name.count + 1).replacing(" warning:", with: "")
    }
}

@Suite struct LanguageFileTests {
    @Test func thereAreMany() { #expect(LanguageFile.all.count >= 250) }

    /// Kinds are compared apart, since a script states an error where it stands and a result beside its line. Help is
    /// compared where the script states it, so that most tests hold on to the message alone.
    @Test(arguments: LanguageFile.all) func does(_ file: LanguageFile) throws {
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        let expected = file.expectations(in: text)
        let found = file.outcome(of: text)
        #expect(!expected.isEmpty, "\(file.name) expects nothing")
        for kind in ["expect:", "expect error:", "expect note:", "expect warning:", "unexpected"] {
            #expect(found.filter { $0.hasPrefix(kind) } == expected.filter { $0.hasPrefix(kind) }, "\(file.name)")
        }
        let help = expected.filter { $0.hasPrefix("expect help:") }
        if !help.isEmpty { #expect(found.filter { $0.hasPrefix("expect help:") } == help, "\(file.name)") }
    }
}
