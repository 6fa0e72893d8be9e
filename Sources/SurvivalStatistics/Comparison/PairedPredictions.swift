import Results

/// Predictions of the same patients, brought into the order of the first.
public struct PairedPredictions: Sendable {
    public let patients: [String]
    public let outcome: Outcome
    /// From 1; 0 for predictions not made by cross-validation.
    public let fold: [Int]
    /// For each of the predictions, the row of each patient.
    public let rows: [[Int]]

    /// - Parameter names: what to call each of the predictions in errors.
    /// - Throws: `PairingError` with the first difference in patients, outcomes or folds.
    /// - Precondition: there is one, and a name for each.
    public init(_ predictions: [Predictions], names: [String]) throws {
        precondition(!predictions.isEmpty && predictions.count == names.count, "predictions with names are needed")
        let first = predictions[0]
        let places = try zip(predictions, names).map { try Self.places(of: $0, name: $1) }
        patients = first.patients
        outcome = first.outcome
        fold = first.fold
        rows = try predictions.indices.map { index in
            let (names, place) = ((names[0], names[index]), places[index])
            let onlyFirst = first.patients.filter { place[$0] == nil }
            let onlyOther = predictions[index].patients.filter { places[0][$0] == nil }
            if let patient = onlyFirst.first {
                throw PairingError.patientsDiffer(
                    patient: patient, in: names.0, notIn: names.1, onlyFirst: onlyFirst.count,
                    onlySecond: onlyOther.count)
            }
            if let patient = onlyOther.first {
                throw PairingError.patientsDiffer(
                    patient: patient, in: names.1, notIn: names.0, onlyFirst: onlyOther.count, onlySecond: 0)
            }
            let rows = first.patients.compactMap { place[$0] }
            try Self.check(first, predictions[index], rows: rows, names: names)
            return rows
        }
    }

    private static func places(of predictions: Predictions, name: String) throws -> [String: Int] {
        var places: [String: Int] = [:]
        for (row, patient) in predictions.patients.enumerated() {
            guard places.updateValue(row, forKey: patient) == nil else {
                throw PairingError.repeatedPatient(patient, run: name)
            }
        }
        return places
    }

    private static func check(
        _ first: Predictions, _ other: Predictions, rows: [Int], names: (String, String)
    ) throws {
        let outcomes = rows.indices.filter {
            first.outcome.time[$0] != other.outcome.time[rows[$0]]
                || first.outcome.event[$0] != other.outcome.event[rows[$0]]
        }
        if let row = outcomes.first {
            func phrase(_ outcome: Outcome, _ row: Int) -> String {
                "\(outcome.event[row] ? "the event" : "censoring") at \(outcome.time[row])"
            }
            throw PairingError.outcomesDiffer(
                patient: first.patients[row], first: names.0, second: names.1, one: phrase(first.outcome, row),
                other: phrase(other.outcome, rows[row]), patients: outcomes.count)
        }
        let folds = rows.indices.filter { first.fold[$0] != other.fold[rows[$0]] }
        if let row = folds.first {
            throw PairingError.foldsDiffer(
                patient: first.patients[row], first: names.0, second: names.1, one: first.fold[row],
                other: other.fold[rows[row]], patients: folds.count)
        }
    }
}
