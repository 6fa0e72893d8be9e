import CommandLanguage
import Results

/// The patients that a statistic is computed of: those of a cohort or of predictions.
struct Subjects {
    static let typeNames = [CohortObject.typeName, PredictionsObject.typeName]

    /// Their ids.
    let patients: [String]
    /// The column that has them.
    let idColumn: String
    let outcome: Outcome
    let columns: TableColumns
    /// The model's risk; nil for a cohort.
    let risk: [Double]?
    /// The fold, from 1, in which a patient was held out; nil unless cross-validated.
    let fold: [Int]?
    /// How much each counts; nil when each counts once.
    let weights: [Double]?

    /// - Precondition: the parameter allows `typeNames`.
    init(_ arguments: Arguments, _ name: String) throws {
        weights = nil
        if case .object(let object) = arguments.value(name), let predictions = object as? PredictionsObject {
            patients = predictions.predictions.patients
            idColumn = PredictionsObject.idColumn
            outcome = predictions.predictions.outcome
            columns = TableColumns(table: predictions.asTable)
            risk = predictions.predictions.risk
            fold = predictions.predictions.isCrossValidated ? predictions.predictions.fold : nil
        } else {
            let cohort = try arguments.object(name, as: CohortObject.self)
            patients = cohort.cohort.patients
            idColumn = cohort.cohort.idColumn
            outcome = cohort.cohort.outcome
            columns = TableColumns(table: cohort.asTable)
            risk = nil
            fold = nil
        }
    }

    /// The patients at `rows`, in that order.
    subscript(rows: [Int]) -> Subjects {
        Subjects(
            patients: rows.map { patients[$0] }, idColumn: idColumn, outcome: outcome[rows],
            columns: TableColumns(table: columns.table[rows]),
            risk: risk.map { risk in rows.map { risk[$0] } }, fold: fold.map { fold in rows.map { fold[$0] } },
            weights: weights.map { weights in rows.map { weights[$0] } })
    }

    init(
        patients: [String], idColumn: String, outcome: Outcome, columns: TableColumns, risk: [Double]?, fold: [Int]?,
        weights: [Double]?
    ) {
        self.patients = patients
        self.idColumn = idColumn
        self.outcome = outcome
        self.columns = columns
        self.risk = risk
        self.fold = fold
        self.weights = weights
    }
}
