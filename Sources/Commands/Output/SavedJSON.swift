import Cohorts
import CommandLanguage
import Foundation
import Results
import Training

/// A file that `save` wrote as JSON.
struct SavedJSON {
    let path: String
    private let content: JSON

    init(path: String) throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileManager.default.fileExists(atPath: path)
                ? SavedValueError.unreadable(path) : .missingFile(path, nearest: nearestFiles(to: path))
        }
        do {
            content = try JSONReader.value(of: data)
        } catch {
            throw SavedValueError.notJSON(path)
        }
    }

    /// The type's name, which `save` put first.
    var type: String? { if case .string(let name)? = content["type"] { name } else { nil } }

    func predictions() throws -> Predictions {
        let patients = try strings(content, "patients")
        let outcome = try Outcome(
            time: numbers(content, "time"),
            event: items(content, "event").map { item in
                guard case .boolean(let event) = item else {
                    throw SavedValueError.incomplete(path, "\"event\" holds something other than true and false")
                }
                return event
            })
        let risk = try numbers(content, "risk")
        let grid = try numbers(content, "grid")
        guard zip(grid, grid.dropFirst()).allSatisfy({ $0 < $1 }), grid.first ?? 0 == 0, grid.allSatisfy(\.isFinite)
        else {
            throw SavedValueError.incomplete(path, "the times in \"grid\" are not increasing from 0 on")
        }
        let fold = try integers(content, "fold")
        if let row = fold.firstIndex(where: { $0 < 0 }), row < patients.count {
            throw SavedValueError.notFinite("fold", patient: patients[row], path: path)
        }
        let survival = try matrix(content, "survival", columns: grid.count)
        guard survival.values.allSatisfy({ (0...1).contains($0) }) else {
            throw SavedValueError.incomplete(path, "a \"survival\" is not between 0 and 1")
        }
        var known: Set<String> = []
        if let twice = patients.first(where: { !known.insert($0).inserted }) {
            throw SavedValueError.incomplete(path, "the patient \(twice) is there twice")
        }
        guard
            [outcome.count, risk.count, fold.count, survival.rows].allSatisfy({ $0 == patients.count })
        else { throw SavedValueError.incomplete(path, "its parts disagree in the number of patients") }
        if let row = risk.firstIndex(where: { !$0.isFinite }) {
            throw SavedValueError.notFinite("risk", patient: patients[row], path: path)
        }
        guard case .string(let model)? = content["model"], case .number(let number)? = content["seed"],
            let seed = UInt64(exactly: number), case .object(let settings)? = content["settings"]
        else { throw SavedValueError.incomplete(path, "the model, its seed or its settings are missing") }
        return Predictions(
            patients: patients, outcome: outcome, risk: risk, grid: grid, survival: survival, fold: fold,
            covariates: try table(content, "covariates", rows: patients.count),
            run: Predictions.Run(
                model: model, seed: seed,
                settings: settings.map { setting in
                    if case .string(let text) = setting.value {
                        Predictions.Setting(name: setting.key, value: text)
                    } else {
                        Predictions.Setting(name: setting.key, value: setting.value.line)
                    }
                }))
    }

    /// The losses of the trainings, which older files may lack.
    func histories() throws -> [TrainingHistory] {
        guard content["history"] != nil else { return [] }
        return try items(content, "history").map { item in
            guard case .object(let entries) = item, case .number(let number)? = item["fold"],
                let fold = Int(exactly: number)
            else { throw SavedValueError.incomplete(path, "a training's losses have no fold") }
            return TrainingHistory(
                fold: fold, survival: try numbers(item, "survival"),
                terms: try entries.filter { !["fold", "survival"].contains($0.key) }.map {
                    (name: $0.key, values: try numbers(item, $0.key))
                })
        }
    }

    func embeddings() throws -> Embeddings {
        let patients = try strings(content, "patients")
        var widths: [Embeddings.Role: Int] = [:]
        return Embeddings(
            patients: patients,
            parts: try items(content, "parts").map { part in
                guard case .string(let modality)? = part["modality"], case .string(let name)? = part["role"],
                    let role = Embeddings.Role(rawValue: name)
                else { throw SavedValueError.incomplete(path, "a part of the embeddings has no modality or role") }
                let rows = try integers(part, "rows")
                var columns = 0
                if case .array(let first)? = try items(part, "vectors").first { columns = first.count }
                let vectors = try matrix(part, "vectors", columns: columns)
                guard rows.allSatisfy(patients.indices.contains), vectors.rows == rows.count else {
                    throw SavedValueError.incomplete(path, "a part of the embeddings has not one vector per patient")
                }
                guard Set(rows).count == rows.count else {
                    throw SavedValueError.incomplete(path, "a part of the embeddings has two vectors of one patient")
                }
                guard columns > 0, widths[role, default: columns] == columns else {
                    throw SavedValueError.incomplete(path, "the \(name) embeddings differ in width, or have none")
                }
                widths[role] = columns
                // Of larger ones the squares are infinite.
                guard vectors.values.allSatisfy({ !(abs($0) > 1e100) }) else {
                    throw SavedValueError.incomplete(path, "the \(name) embeddings of \(modality) are beyond 1e100")
                }
                return Embeddings.Part(modality: modality, role: role, rows: rows, vectors: vectors)
            }, covariates: try table(content, "covariates", rows: patients.count))
    }

    func filledTable() throws -> TableObject {
        let titles = try strings(content, "columns")
        var table = TableObject(titles: titles)
        for row in try items(content, "rows") {
            let values = try titles.map { title in
                guard let cell = row[title] else {
                    throw SavedValueError.incomplete(path, "a row has no \"\(title)\"")
                }
                return Value(json: cell)
            }
            table.append(values)
        }
        return table
    }

    // MARK: Parts

    private func items(_ json: JSON, _ key: String) throws -> [JSON] {
        guard case .array(let items)? = json[key] else {
            throw SavedValueError.incomplete(path, "\"\(key)\" is missing")
        }
        return items
    }

    private func strings(_ json: JSON, _ key: String) throws -> [String] {
        try items(json, key).map { item in
            guard case .string(let text) = item else {
                throw SavedValueError.incomplete(path, "\"\(key)\" holds something other than strings")
            }
            return text
        }
    }

    private func numbers(_ json: JSON, _ key: String) throws -> [Double] { try numbers(items(json, key), key) }

    /// Null stands for NaN.
    private func numbers(_ items: [JSON], _ key: String) throws -> [Double] {
        try items.map { item in
            switch item {
            case .null: return .nan
            case .number(let number): return number
            default: throw SavedValueError.incomplete(path, "\"\(key)\" holds something other than numbers")
            }
        }
    }

    private func integers(_ json: JSON, _ key: String) throws -> [Int] {
        try numbers(json, key).map { number in
            guard let integer = Int(exactly: number) else {
                throw SavedValueError.incomplete(path, "\"\(key)\" holds something other than whole numbers")
            }
            return integer
        }
    }

    private func matrix(_ json: JSON, _ key: String, columns: Int) throws -> Matrix {
        let rows = try items(json, key)
        var values: [Double] = []
        values.reserveCapacity(rows.count * columns)
        for row in rows {
            guard case .array(let cells) = row, cells.count == columns else {
                throw SavedValueError.incomplete(path, "the rows of \"\(key)\" differ in length")
            }
            values += try numbers(cells, key)
        }
        return Matrix(rows: rows.count, columns: columns, values: values)
    }

    private func table(_ json: JSON, _ key: String, rows: Int) throws -> Table {
        var table = Table(rowCount: rows)
        guard case .object(let columns)? = json[key] else {
            throw SavedValueError.incomplete(path, "\"\(key)\" is missing")
        }
        for column in columns {
            guard case .array(let items) = column.value, items.count == rows else {
                throw SavedValueError.incomplete(path, "the column \(column.key) has not one value per patient")
            }
            let labels: [String?] = items.map { if case .string(let label) = $0 { label } else { nil } }
            guard labels.contains(where: { $0 != nil }) else {
                table[column.key] = .numbers(try numbers(items, column.key))
                continue
            }
            guard zip(items, labels).allSatisfy({ $1 != nil || $0 == .null }) else {
                throw SavedValueError.incomplete(path, "the column \(column.key) holds both strings and others")
            }
            table[column.key] = .labels(labels)
        }
        return table
    }
}

/// Why a saved value cannot be read.
enum SavedValueError: LocalizedError, Equatable {
    case missingFile(String, nearest: [String])
    case unreadable(String)
    case notJSON(String)
    case incomplete(String, String)
    case notFinite(String, patient: String, path: String)
    case notNumeric(String, value: String, patient: String, path: String)

    var errorDescription: String? {
        switch self {
        case .missingFile(let path, _): "\(path): there is no such file"
        case .unreadable(let path): "\(path): the file cannot be opened for reading"
        case .notJSON(let path): "\(path): this is not JSON; the file may have been cut short"
        case .incomplete(let path, let what): "\(path): this is not a whole saved value: \(what)"
        case .notFinite(let what, let patient, let path):
            "\(path): the \(what) of \(patient) is missing or no number that fits"
        case .notNumeric(let what, let value, let patient, let path):
            "\(path): the \(what) of \(patient) is \"\(value)\"; a number was expected"
        }
    }

    var recoverySuggestion: String? {
        switch self {
        case .missingFile(_, let nearest):
            nearest.isEmpty
                ? "check the path; no file beside it has a similar name"
                : "did you mean \(nearest.joined(separator: " or "))?"
        case .unreadable: "check its permissions"
        case .notJSON, .incomplete: "save the value again"
        case .notFinite, .notNumeric: "every patient needs one"
        }
    }
}
