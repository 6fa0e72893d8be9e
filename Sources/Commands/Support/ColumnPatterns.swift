import Cohorts
import CommandLanguage

extension Arguments {
    /// The columns that the patterns of an option choose, in the option's order; nil where the option was left out.
    ///
    /// - Throws: a `Diagnostic` that points at the option for a pattern that chooses none.
    func columns(_ option: String, among names: [String]) throws -> [String]? {
        guard let patterns = optionalColumnPatterns(option) else { return nil }
        do {
            return try columnNames(matching: patterns, among: names, path: "the table")
        } catch let problem as ModalityError {
            var text = problem.errorDescription ?? "\(problem)"
            if case .noMatch(_, let pattern, _) = problem { text = "no column is named \(pattern)" }
            throw error(at: option, text, help: problem.recoverySuggestion)
        }
    }
}
