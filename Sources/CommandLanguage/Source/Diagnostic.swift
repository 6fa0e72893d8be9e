/// Something wrong, or worth saying, at a place in a script. A value: whoever receives it decides where it is shown.
public struct Diagnostic: Error, Sendable {
    public enum Severity: String, Sendable {
        case error, warning
    }

    /// A further place that explains the first: the opening bracket, the call that led here.
    public struct Note: Sendable {
        public var message: String
        public var range: SourceRange?
    }

    /// An edit that would put it right: the text at `range` becomes `replacement`.
    public struct FixIt: Sendable {
        public var message: String
        public var range: SourceRange
        public var replacement: String
    }

    public var problem: Problem
    public var severity: Severity
    public var range: SourceRange
    public var notes: [Note]
    public var fixIts: [FixIt]

    public init(
        _ problem: Problem, at range: SourceRange, severity: Severity = .error, notes: [Note] = [], fixIts: [FixIt] = []
    ) {
        self.problem = problem
        self.severity = severity
        self.range = range
        self.notes = notes
        self.fixIts = fixIts
        if fixIts.isEmpty, let correction = problem.correction {
            self.fixIts = [.replacing(range, with: correction)]
        }
    }

    /// The kind of problem, stable across rewordings: `unknown-command`.
    public var id: String { problem.id }
    public var message: String { problem.message }
    /// What to do about it, where that is known.
    public var help: String? { problem.help }
}

/// Several things wrong with one script, found before anything ran.
public struct DiagnosticList: Error, Sendable {
    public var diagnostics: [Diagnostic]
}

/// The person at the keyboard asked the command to stop.
public struct Interruption: Error, Sendable {
    public init() {}
}

extension Diagnostic {
    /// Of a long chain of calls the innermost and the outermost tell enough.
    private static let mostNotes = 8

    mutating func add(_ note: Note) {
        if notes.count == Self.mostNotes { notes.removeLast() }
        notes.append(note)
    }
}

/// The error with a note added, where it is one that can carry notes.
func adding(_ note: Diagnostic.Note, to error: any Error) -> any Error {
    switch error {
    case var diagnostic as Diagnostic:
        diagnostic.add(note)
        return diagnostic
    case var list as DiagnosticList:
        for index in list.diagnostics.indices { list.diagnostics[index].add(note) }
        return list
    default: return error
    }
}

extension Diagnostic.FixIt {
    static func replacing(_ range: SourceRange, with text: String) -> Diagnostic.FixIt {
        Diagnostic.FixIt(message: "replace with `\(text)`", range: range, replacement: text)
    }
}
