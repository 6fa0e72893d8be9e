public import Foundation
import Results
import Spelling

/// What can be wrong with the tables that make up a cohort. Lines count from 1, the header being line 1.
public enum CohortError: LocalizedError, Equatable {
    case noRows(String)
    case noColumn(String, name: String, among: [String])
    case noIdColumn(String, columns: [String])
    case timeNotNumeric(String, line: Int, value: String)
    case invalidTime(String, line: Int, patient: String, value: Double)
    case eventNotBinary(String, line: Int, value: String)
    case conflictingOutcome(String, patient: String, lines: [Int], values: [String])
    case severalValues(String, name: String, patient: String, lines: [Int], values: [String])
    case noPatients(String, exclusions: [Exclusion])
    case noCommonPatients(String, idColumn: String, theirs: String, ours: String)
    case columnClash(String, name: String, patients: Int, example: String, ours: String, theirs: String)
    case wordAmongNumbers(String, name: String, patient: String, word: String)

    public var errorDescription: String? {
        switch self {
        case .noRows(let path): "\(path): there are no rows below the header"
        case .noColumn(let path, let name, _): "\(path): there is no column \(name)"
        case .noIdColumn(let path, _):
            "\(path): which column holds the patients' ids is not clear; there is none named "
                + CohortSource.usualIdColumns.joined(separator: ", ")
        case .timeNotNumeric(let path, let line, let value):
            "\(path), line \(line): the follow-up time is \"\(value)\", which is not a number"
        case .invalidTime(let path, let line, let patient, let value):
            "\(path), line \(line): the follow-up time of \(patient) is \(shortest(value)); "
                + "a time is finite and not negative"
        case .eventNotBinary(let path, let line, let value):
            "\(path), line \(line): the event is \(value), which is neither 0 or 1 nor true or false"
        case .conflictingOutcome(let path, let patient, let lines, let values):
            "\(path), lines \(list(lines.map(String.init), "and")): the rows of \(patient) have different outcomes "
                + "(\(values.joined(separator: "; ")))"
        case .severalValues(let path, let name, let patient, let lines, let values):
            "\(path), lines \(list(lines.map(String.init), "and")): the rows of \(patient) have \(list(values, "and")) "
                + "as \(name)"
        case .noPatients(let path, let exclusions):
            "\(path): no patient is left"
                + (exclusions.isEmpty ? "" : " (\(exclusions.map(\.text).joined(separator: "; ")))")
        case .noCommonPatients(let path, let idColumn, let theirs, let ours):
            "\(path): no \(idColumn) in it is a patient of the cohort (it has \(theirs), the cohort has \(ours))"
        case .columnClash(let path, let name, let patients, let example, let ours, let theirs):
            "\(path): the cohort already has a column \(name), with other values for \(patients) "
                + "patient\(patients == 1 ? "" : "s") (\(example): \(ours) in the cohort, \(theirs) in the file)"
        case .wordAmongNumbers(let path, let name, let patient, let word):
            "\(path): the cohort's column \(name) holds numbers, but for \(patient) the file has \"\(word)\""
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noRows: nil
        case .noColumn(_, let name, let columns): Self.suggestion(for: name, among: columns)
        case .noIdColumn(_, let columns): "name it with id=; the columns are \(Self.some(columns))"
        case .timeNotNumeric: "correct the cell, or leave it empty or NA when the time is not known"
        case .invalidTime: "correct the cell, or leave such rows out with where="
        case .eventNotBinary:
            "say which value is the event, for example event=(status == 2) or event=(status == \"dead\")"
        case .conflictingOutcome: "correct the rows, or leave some out with where="
        case .severalValues: "one row per patient is wanted; put several in files of their own"
        case .noPatients: nil
        case .noCommonPatients: "name the column with the patients' ids with id="
        case .wordAmongNumbers: "correct the cell, or leave it empty or NA when the value is not known"
        case .columnClash(_, let name, _, _, _, _):
            "list the columns to take with columns=[…], without \(name); or rename it in the file"
        }
    }

    /// "Did you mean …?", or the columns that there are.
    static func suggestion(for name: String, among columns: [String]) -> String {
        let nearest = nearestNames(to: name, in: columns)
        return nearest.isEmpty
            ? "the columns are \(some(columns))" : "did you mean \(list(nearest, "or"))?"
    }

    private static func some(_ columns: [String]) -> String {
        let limit = 12
        let more = columns.count > limit ? " and \(columns.count - limit) more" : ""
        return columns.prefix(limit).joined(separator: ", ") + more
    }
}

/// "a, b and c"
func list(_ words: [String], _ conjunction: String) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
