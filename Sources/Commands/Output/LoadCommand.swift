import Cohorts
import CommandLanguage
import Foundation
import Results

struct LoadCommand: Command {
    let declaration = CommandDeclaration(
        "load", "Reads predictions, embeddings or a table that were saved", topic: .files,
        discussion: """
            From .json whatever `save` wrote of predictions, embeddings or a table. From .csv predictions of any program: columns \
            patient (or another usual id), time, event and risk, higher risk meaning an earlier event, perhaps fold; \
            all further columns are kept for formulas.
            """,
        parameters: [.argument("file", .string, "a .json or .csv file")],
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
                return .object(PredictionsObject(predictions: try saved.predictions(), embeddings: nil, histories: []))
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
        return .object(
            PredictionsObject(predictions: try predictions(fromTable: path), embeddings: nil, histories: []))
    }

    private func predictions(fromTable path: String) throws -> Predictions {
        let source = try CohortSource(path: path, id: nil)
        func numbers(_ name: String) throws -> [Double] {
            guard let column = source.table[name] else {
                throw CohortError.noColumn(path, name: name, among: source.table.names)
            }
            return name == "event" ? try source.events(column) : try source.times(column)
        }
        let count = source.ids.count
        let cohort = try Cohort(
            source: source, time: numbers("time"), event: numbers("event"), keep: [Bool](repeating: true, count: count))
        guard case .numbers(let risk)? = cohort.table["risk"] else {
            throw CohortError.noColumn(path, name: "risk", among: cohort.table.names)
        }
        if let row = risk.firstIndex(where: { !$0.isFinite }) {
            throw SavedValueError.notFinite("risk", patient: cohort.patients[row], path: path)
        }
        var fold = [Int](repeating: 0, count: cohort.patientCount)
        if case .numbers(let values)? = cohort.table["fold"] {
            fold = try values.enumerated().map { row, value in
                guard let number = Int(exactly: value), number >= 0 else {
                    throw SavedValueError.notFinite("fold", patient: cohort.patients[row], path: path)
                }
                return number
            }
        }
        var covariates = cohort.table
        for name in ["time", "event", "risk", "fold"] { covariates[name] = nil }
        return Predictions(
            patients: cohort.patients, outcome: cohort.outcome, risk: risk, grid: [],
            survival: Matrix(rows: cohort.patientCount, columns: 0, values: []), fold: fold, covariates: covariates,
            run: Predictions.Run(model: path, seed: 0, settings: []))
    }
}
