/// The step of putting a cohort together that an exclusion or a note belongs to. Repeating a step replaces what it
/// said.
public enum CohortStep: Sendable, Hashable {
    case reading
    /// Joining the file at that path.
    case joining(String)
    /// Attaching the modality of that name.
    case attaching(String)
    case folding
    case training
}

/// What a reader of the results should know though nothing was left out for it.
public struct CohortNote: Sendable, Equatable {
    public var step: CohortStep
    public var text: String
}

/// What one step left out and noted.
struct Findings {
    let step: CohortStep
    var exclusions: [Exclusion] = []
    var notes: [CohortNote] = []

    init(_ step: CohortStep) { self.step = step }

    /// Counts what was left out, unless it is nothing.
    mutating func leftOut(_ subject: Exclusion.Subject, _ names: [String], reason: String) {
        guard !names.isEmpty else { return }
        exclusions.append(Exclusion(subject, step: step, count: names.count, reason: reason, examples: names))
    }

    mutating func note(_ text: String) { notes.append(CohortNote(step: step, text: text)) }
}

extension Cohort {
    /// Takes the findings in, in place of what the same step found before.
    mutating func record(_ findings: Findings) {
        exclusions.removeAll { $0.step == findings.step }
        notes.removeAll { $0.step == findings.step }
        exclusions += findings.exclusions
        notes += findings.notes
    }
}
