public import Foundation

/// What can be wrong with folds. Folds count from 1.
public enum FoldError: LocalizedError, Equatable {
    case noFolder(String, nearest: [String])
    case noSplitFiles(String)
    case noColumn(String, name: String, columns: [String])
    case overlap(String, patients: [String])
    case heldOutTwice(String, patient: String, first: String, second: String)
    case noKnownPatients(String, example: String, ours: String)
    case emptyPart(String, part: String)
    case noTrainingEvents(String)
    case countOutOfRange(Int, patients: Int)
    case labelCount(Int, patients: Int)

    public var errorDescription: String? {
        switch self {
        case .noFolder(let path, _): "\(path): there is no such folder"
        case .noSplitFiles(let path): "\(path): there are no files named splits_0.csv, splits_1.csv, … in this folder"
        case .noColumn(let path, let name, let columns):
            "\(path): there is no column \(name) (the columns are \(columns.joined(separator: ", ")))"
        case .overlap(let path, let patients):
            "\(path): \(Exclusion.Subject.patient.counted(patients.count)) \(patients.count == 1 ? "is" : "are") "
                + "both trained on and held out "
                + "(\(Exclusion.some(patients, of: patients.count)))"
        case .heldOutTwice(let path, let patient, let first, let second):
            "\(path): \(patient) is held out in \(first) and again in \(second)"
        case .noKnownPatients(let path, let example, let ours):
            "\(path): nobody in it is a patient of the cohort (it has \(example), the cohort has \(ours))"
        case .emptyPart(let fold, let part): "\(fold): no patient of the cohort is \(part)"
        case .noTrainingEvents(let fold): "\(fold): none of the patients trained on had the event"
        case .countOutOfRange(let count, let patients):
            patients < 2
                ? "k=\(count): a single patient cannot be divided into folds"
                : "k=\(count): \(patients) patients can be divided into 2 to \(patients) folds"
        case .labelCount(let labels, let patients): "stratify= gives \(labels) labels for \(patients) patients"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noFolder(_, let nearest): nearest.isEmpty ? nil : "did you mean \(list(nearest, "or"))?"
        case .noSplitFiles: "each file is one fold, with the columns train and val (or test) of patients' ids"
        case .noColumn: "a split has the columns train and val (or test)"
        case .overlap: "take them out of one of the two columns"
        case .heldOutTwice: "folds divide the patients; hold each out once"
        case .noKnownPatients: "check that the folds and the cohort name patients in the same way"
        case .emptyPart: "check that the folds and the cohort name patients in the same way"
        case .noTrainingEvents: "make fewer folds, stratified by the event, or take a cohort with more events"
        case .countOutOfRange: nil
        case .labelCount: nil
        }
    }
}
