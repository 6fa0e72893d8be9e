import Cohorts
import CommandLanguage
import Foundation
import Results

struct LoadCommand: Command {
    let declaration = CommandDeclaration(
        "load", "Reads predictions, embeddings or a table that were saved", topic: .files,
        discussion: """
            From .json whatever `save` wrote of predictions, embeddings or a table. From .csv predictions of any program: columns \
            patient (or another usual id), time, event and risk, higher risk meaning an earlier event, perhaps fold (0 for \
            all when there are none); all further columns are kept for formulas. Patients without a time or an event status are left \
            out and counted; rows of one patient must agree in time, event, risk and fold.
            """,
        parameters: [
            .argument("file", .path, "a .json or .csv file"),
            .option(
                "id", .columnName,
                "of a .csv file: the column of the patients' ids; else patient, or as `cohort` finds it"),
        ],
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20) epochs=1
            save (predict trained on=(simulate patients=60 patches=20)) "Plots/predictions.json"
            cindex (load "Plots/predictions.json")
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let path = arguments.string("file")
        if path.lowercased().hasSuffix(".json") {
            let saved = try SavedJSON(path: path)
            switch saved.type {
            case PredictionsObject.typeName:
                var read = try saved.predictions()
                read.fold = numberedFromOne(read.fold, of: path, in: context)
                return .object(
                    PredictionsObject(predictions: read, embeddings: nil, histories: try saved.histories()))
            case EmbeddingsObject.typeName:
                return .object(EmbeddingsObject(embeddings: try saved.embeddings()))
            case TableObject.typeName:
                return .object(try saved.filledTable())
            case let other:
                throw arguments.error(
                    at: "file", "\(path) holds \(other.map { "a value of type \($0)" } ?? "no saved value")",
                    help: "load reads saved predictions, embeddings and tables")
            }
        }
        let own = columnNames(ofTable: path)?.contains(PredictionsObject.idColumn) == true
        let source = try CohortSource(
            path: path, id: arguments.optionalColumnName("id") ?? (own ? PredictionsObject.idColumn : nil))
        let (read, cohort) = try predictions(from: source, in: context)
        context.report(cohort)
        return .object(PredictionsObject(predictions: read, embeddings: nil, histories: []))
    }

    private func predictions(from source: CohortSource, in context: Context) throws -> (Predictions, Cohort) {
        let path = source.path
        func numbers(_ name: String) throws -> [Double] {
            guard let column = source.table[name] else {
                throw CohortError.noColumn(path, name: name, among: source.table.names)
            }
            return name == "event" ? try source.events(column) : try source.times(column)
        }
        let count = source.ids.count
        let cohort = try Cohort(
            source: source, time: numbers("time"), event: numbers("event"), keep: [Bool](repeating: true, count: count))
        for name in ["risk", "fold"] { try source.requireOneValue(of: name) }
        guard let column = cohort.table["risk"] else {
            throw CohortError.noColumn(path, name: "risk", among: cohort.table.names)
        }
        let risk = try values(column, called: "risk", of: cohort)
        if let row = risk.firstIndex(where: { !$0.isFinite }) {
            throw SavedValueError.notFinite("risk", patient: cohort.patients[row], path: path)
        }
        var fold = [Int](repeating: 0, count: cohort.patientCount)
        if let column = cohort.table["fold"] {
            fold = try values(column, called: "fold", of: cohort).enumerated().map { row, value in
                guard let number = Int(exactly: value), number >= 0 else {
                    throw SavedValueError.notFinite("fold", patient: cohort.patients[row], path: path)
                }
                return number
            }
            fold = numberedFromOne(fold, of: path, in: context)
        }
        var covariates = cohort.table
        for name in ["time", "event", "risk", "fold"] { covariates[name] = nil }
        let predictions = Predictions(
            patients: cohort.patients, outcome: cohort.outcome, risk: risk, grid: [],
            survival: Matrix(rows: cohort.patientCount, columns: 0, values: []), fold: fold, covariates: covariates,
            run: Predictions.Run(model: path, seed: 0, settings: []))
        return (predictions, cohort)
    }

    /// Where some are of fold 0 and others not, folds are counted from 0; here 0 is of no fold.
    private func numberedFromOne(_ fold: [Int], of path: String, in context: Context) -> [Int] {
        guard fold.contains(0), fold.contains(where: { $0 > 0 }) else { return fold }
        context.note("the folds of \(path) are numbered from 0; here they are numbered from 1")
        return fold.map { $0 + 1 }
    }

    /// The column's numbers; a label is an error.
    private func values(_ column: Column, called name: String, of cohort: Cohort) throws -> [Double] {
        switch column {
        case .numbers(let values): return values
        case .labels(let labels):
            guard let row = labels.firstIndex(where: { $0.map { Double($0) == nil } ?? false }), let label = labels[row]
            else { return labels.map { $0.flatMap(Double.init) ?? .nan } }
            throw SavedValueError.notNumeric(name, value: label, patient: cohort.patients[row], path: cohort.origin)
        }
    }
}
