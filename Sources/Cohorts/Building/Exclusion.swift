/// Something that was left out while a cohort was put together: how many, why, and the first few by name.
public struct Exclusion: Sendable, Equatable {
    public enum Subject: String, Sendable {
        case patient, row, file, gene, set, column

        func counted(_ count: Int) -> String { "\(count) \(rawValue)\(count == 1 ? "" : "s")" }
    }

    public var subject: Subject
    public var step: CohortStep
    public var count: Int
    /// Completes "12 patients left out: …".
    public var reason: String
    /// The first few, by name.
    public var examples: [String]

    static let exampleLimit = 3

    public init(_ subject: Subject, step: CohortStep, count: Int, reason: String, examples: [String]) {
        self.subject = subject
        self.step = step
        self.count = count
        self.reason = reason
        self.examples = Array(examples.prefix(Self.exampleLimit))
    }

    /// "12 patients left out: no follow-up time (TCGA-AA-0001, TCGA-AA-0002, TCGA-AA-0003, …)"
    public var text: String {
        let names = examples.isEmpty ? "" : " (\(Self.some(examples, of: count)))"
        return "\(subject.counted(count)) left out: \(reason)\(names)"
    }

    /// The first few names, and dots when there are more.
    static func some(_ names: [String], of count: Int) -> String {
        names.prefix(exampleLimit).joined(separator: ", ") + (count > exampleLimit ? ", …" : "")
    }
}
