import Foundation

/// Why predictions cannot be compared patient by patient.
public enum PairingError: LocalizedError, Equatable {
    case repeatedPatient(String, run: String)
    /// A patient of one run whom the other lacks, and how many such there are on both sides.
    case patientsDiffer(patient: String, in: String, notIn: String, onlyFirst: Int, onlySecond: Int)
    case outcomesDiffer(patient: String, first: String, second: String, one: String, other: String, patients: Int)
    case foldsDiffer(patient: String, first: String, second: String, one: Int, other: Int, patients: Int)
    /// The models agree for every patient; the number is their difference.
    case noDifference(Double)

    public var errorDescription: String? {
        switch self {
        case .repeatedPatient(let patient, let run):
            return "patient \(patient) is in \(run) more than once"
        case .patientsDiffer(let patient, let holder, let other, let onlyFirst, let onlySecond):
            return "the patients differ: \(patient) is in \(holder), but not in \(other) "
                + "(\(onlyFirst) only in the former, \(onlySecond) only in the latter)"
        case .outcomesDiffer(let patient, let one, let other, let first, let second, let patients):
            return "the outcomes differ: patient \(patient) has \(first) in \(one), but \(second) in \(other)"
                + Self.count(patients)
        case .foldsDiffer(let patient, let one, let other, let first, let second, let patients):
            return
                "the folds differ: patient \(patient) is in fold \(first) of \(one), but in fold \(second) of \(other)"
                + Self.count(patients)
        case .noDifference:
            return "the predictions agree for every pair of patients, so there is nothing to compare"
        }
    }

    private static func count(_ patients: Int) -> String { patients > 1 ? "; so it is for \(patients) patients" : "" }

    public var recoverySuggestion: String? {
        switch self {
        case .repeatedPatient: "give each patient a name of their own"
        case .patientsDiffer: "predict the same patients with both; choose them before with the cohort's where="
        case .outcomesDiffer: "compare predictions of one cohort, with the same columns for time and event"
        case .foldsDiffer: "cross-validate all models on one cohort with the same folds"
        case .noDifference: "look whether the same predictions were given twice"
        }
    }
}
