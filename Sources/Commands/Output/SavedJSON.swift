import Foundation
import Results

/// A file that `save` wrote as JSON.
struct SavedJSON {
    let path: String
    private let members: [String: Any]

    init(path: String) throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else { throw SavedValueError.missingFile(path) }
        guard let object = try? JSONSerialization.jsonObject(with: data), let members = object as? [String: Any] else {
            throw SavedValueError.notJSON(path)
        }
        self.members = members
    }

    /// The type's name, which `save` put first.
    var type: String? { members["type"] as? String }

    func predictions() throws -> Predictions {
        let patients: [String] = try value("patients")
        let events: [Bool] = try value("event")
        let outcome = try Outcome(time: numbers("time"), event: events)
        let risk = try numbers("risk")
        let grid = try numbers("grid")
        let fold = try numbers("fold").map(Int.init)
        let survival = try matrix(members["survival"], columns: grid.count, "survival")
        let settings = (members["settings"] as? [String: Any] ?? [:]).sorted { $0.key < $1.key }
        guard
            [outcome.count, risk.count, fold.count, survival.rows].allSatisfy({ $0 == patients.count })
        else { throw SavedValueError.incomplete(path, "its parts disagree in the number of patients") }
        if let row = risk.firstIndex(where: { !$0.isFinite }) {
            throw SavedValueError.notFinite("risk", patient: patients[row], path: path)
        }
        return Predictions(
            patients: patients, outcome: outcome, risk: risk, grid: grid, survival: survival, fold: fold,
            covariates: try table("covariates", rows: patients.count),
            run: Predictions.Run(
                model: try value("model"), seed: UInt64(try value("seed") as Double),
                settings: settings.map { Predictions.Setting(name: $0.key, value: "\($0.value)") }))
    }

    func embeddings() throws -> Embeddings {
        let patients: [String] = try value("patients")
        let parts: [[String: Any]] = try value("parts")
        return Embeddings(
            patients: patients,
            parts: try parts.map { part in
                guard let modality = part["modality"] as? String, let rows = part["rows"] as? [Int],
                    let role = (part["role"] as? String).flatMap(Embeddings.Role.init(rawValue:)),
                    let vectors = part["vectors"] as? [[Any]], rows.allSatisfy(patients.indices.contains),
                    vectors.count == rows.count
                else { throw SavedValueError.incomplete(path, "a part of the embeddings is not whole") }
                return Embeddings.Part(
                    modality: modality, role: role, rows: rows,
                    vectors: try matrix(vectors, columns: vectors.first?.count ?? 0, "vectors"))
            }, covariates: try table("covariates", rows: patients.count))
    }

    private func value<T>(_ key: String) throws -> T {
        guard let value = members[key] as? T else { throw SavedValueError.incomplete(path, "\"\(key)\" is missing") }
        return value
    }

    private func numbers(_ key: String) throws -> [Double] { try numbers(members[key], key) }

    /// Null stands for NaN.
    private func numbers(_ json: Any?, _ key: String) throws -> [Double] {
        guard let list = json as? [Any] else { throw SavedValueError.incomplete(path, "\"\(key)\" is missing") }
        return try list.map { item in
            if item is NSNull { return .nan }
            guard let number = item as? Double else {
                throw SavedValueError.incomplete(path, "\"\(key)\" holds something other than numbers")
            }
            return number
        }
    }

    private func matrix(_ json: Any?, columns: Int, _ key: String) throws -> Matrix {
        guard let rows = json as? [Any] else { throw SavedValueError.incomplete(path, "\"\(key)\" is missing") }
        let values = try rows.flatMap { try numbers($0, key) }
        guard values.count == rows.count * columns else {
            throw SavedValueError.incomplete(path, "the rows of \"\(key)\" differ in length")
        }
        return Matrix(rows: rows.count, columns: columns, values: values)
    }

    private func table(_ key: String, rows: Int) throws -> Table {
        var table = Table(rowCount: rows)
        let columns: [String: Any] = try value(key)
        for (name, json) in columns.sorted(by: { $0.key < $1.key }) {
            guard let list = json as? [Any], list.count == rows else {
                throw SavedValueError.incomplete(path, "the column \(name) has not one value per patient")
            }
            table[name] =
                list.contains { $0 is String }
                ? .labels(list.map { $0 as? String }) : .numbers(try numbers(json, name))
        }
        return table
    }
}

/// Why a saved value cannot be read.
enum SavedValueError: LocalizedError, Equatable {
    case missingFile(String)
    case notJSON(String)
    case incomplete(String, String)
    case notFinite(String, patient: String, path: String)

    var errorDescription: String? {
        switch self {
        case .missingFile(let path): "there is no file \(path), or it cannot be read"
        case .notJSON(let path): "\(path) is not JSON; it may have been cut short"
        case .incomplete(let path, let what): "\(path) is not a whole saved value: \(what)"
        case .notFinite(let what, let patient, let path): "\(path): the \(what) of \(patient) is not a number that fits"
        }
    }

    var recoverySuggestion: String? {
        switch self {
        case .missingFile: "check the path; it is relative to the current folder"
        case .notJSON, .incomplete: "save the value again"
        case .notFinite: "every patient needs one"
        }
    }
}
