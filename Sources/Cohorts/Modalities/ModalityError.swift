public import Foundation

/// What can be wrong with a modality attached to a cohort.
public enum ModalityError: LocalizedError, Equatable {
    case severalStars(String)
    case noMatch(String, pattern: String, among: [String])
    case noNumericColumns(String)
    case notFinite(String, column: String, patient: String, value: Double)
    case labelsInSets(String, column: String, patient: String, label: String)
    case noValues(String, name: String)
    case noGenes(String)
    case noGeneInCommon(String, theirs: String, ours: String)
    case noFolder(String, nearest: [String])
    case unreadableFolder(String)
    case noPatchFiles(String)
    case noMatchingFiles(String, file: String, id: String, idColumn: String)

    public var errorDescription: String? {
        switch self {
        case .severalStars(let pattern):
            "columns=\"\(pattern)\": a pattern has at most one *, which stands for the gene"
        case .noMatch(let path, let pattern, _):
            pattern.contains("*")
                ? "\(path): no column matches \(pattern)" : "\(path): there is no column \(pattern)"
        case .noNumericColumns(let path): "\(path): there are no numeric columns to take besides what the cohort has"
        case .notFinite(let path, let column, let patient, let value):
            "\(path): \(column) of \(patient) is \(value); a feature is finite or missing"
        case .labelsInSets(let path, let column, let patient, let label):
            "\(path): \(column) of \(patient) is \"\(label)\", but columns grouped into sets have to be numbers"
        case .noValues(let path, let name): "\(path): no patient of the cohort has any value for \(name)"
        case .noGenes(let path):
            "\(path): there are no genes in it; one column per set was expected, genes below the name"
        case .noGeneInCommon(let path, let theirs, let ours):
            "\(path): no gene of any set is among the columns (a gene of the sets is \(theirs), of the columns \(ours))"
        case .noFolder(let path, _): "\(path): there is no such folder"
        case .unreadableFolder(let path): "\(path): the folder cannot be read"
        case .noPatchFiles(let path): "\(path): there are no .h5 or .pt files in this folder"
        case .noMatchingFiles(let path, let file, let id, let idColumn):
            "\(path): no file belongs to a patient of the cohort (a file is \(file), \(idColumn) is for example \(id))"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .severalStars: "give a list of patterns: columns=[\"*_cnv\", \"*_mut\"]"
        case .noMatch(_, let pattern, let columns):
            CohortError.suggestion(for: pattern.replacing("*", with: ""), among: columns)
        case .noNumericColumns: "name the columns with columns=[…]"
        case .notFinite: "correct the cell, or leave it empty or NA"
        case .labelsInSets: "leave the column out, or attach it without sets="
        case .noValues: nil
        case .noGenes: nil
        case .noGeneInCommon:
            "when the columns have a suffix, give a pattern in which * stands for the gene: columns=\"*_rnaseq\""
        case .noFolder(_, let nearest): nearest.isEmpty ? nil : "did you mean \(list(nearest, "or"))?"
        case .unreadableFolder: "check its permissions"
        case .noPatchFiles: "CLAM writes one file per slide; name the folder that holds them"
        case .noMatchingFiles:
            "a file is named by its patient, or begins with the patient's id; when it is named by the slide, "
                + "give the column with the slides' names as id="
        }
    }
}
