import CommandLanguage
import Results
import SurvivalStatistics

/// Predicted survival of patients whose outcome is known.
struct PredictedSurvival {
    let outcome: Outcome
    /// The fold, from 1, in which each was held out; nil unless cross-validated.
    let fold: [Int]?
    let predictions: Predictions
    private let failure: (Double) -> Diagnostic

    /// For the help of the commands.
    static let rules = """
        The mean squared difference between predicted survival and what happened, 0 being perfect; a patient with the \
        event at a time counts as gone there. Weights 1 / G make up for censoring, G being the Kaplan-Meier estimate of \
        remaining uncensored, just before an event or at the time itself for who is followed beyond it. Beside it \
        stands the score of the Kaplan-Meier curve of the same patients, which a useful model stays below. Predicted \
        survival is read along straight lines between the times of its grid. Times beyond the grid, or not below the \
        last follow-up, are an error that names the range.

        Of cross-validated predictions all held-out patients are pooled, with one G; the scores of each fold with its \
        own G and their mean are given too, null where a time is not below the fold's last follow-up. Source: Graf et \
        al. 1999; scikit-survival takes G at the event.
        """

    /// - Throws: when the predictions came without survival.
    init(_ arguments: Arguments) throws {
        try self.init(arguments.object("x", as: PredictionsObject.self).predictions, at: "x", of: arguments)
    }

    /// - Parameter name: the argument that errors point at.
    /// - Throws: when the predictions came without survival.
    init(_ predictions: Predictions, at name: String, of arguments: Arguments) throws {
        self.predictions = predictions
        guard !predictions.grid.isEmpty else {
            throw arguments.error(
                at: name, "these predictions have risks only, and no survival to judge",
                help: "save predictions as .json to keep their survival")
        }
        outcome = predictions.outcome
        fold = predictions.isCrossValidated ? predictions.fold : nil
        let last = predictions.grid[predictions.grid.count - 1]
        failure = { time in
            arguments.error(
                "survival is predicted from 0 to \(formatNumber(last, digits: 6)), not at "
                    + formatNumber(time, digits: 6), help: "use times within that range")
        }
    }

    /// Patients × times.
    ///
    /// - Throws: for a time beyond the grid.
    func survival(at times: [Double], rows: [Int]? = nil) throws -> Matrix {
        let grid = predictions.grid
        let places = try times.map { time in
            guard let after = grid.firstIndex(where: { $0 >= time }) else { throw failure(time) }
            let before = max(after - 1, 0)
            let share = after == before ? 0 : (time - grid[before]) / (grid[after] - grid[before])
            return (before: before, after: after, share: share)
        }
        let rows = rows ?? Array(0..<outcome.count)
        let values = rows.flatMap { row in
            places.map { place in
                let start = predictions.survival[row, place.before]
                return start + place.share * (predictions.survival[row, place.after] - start)
            }
        }
        return Matrix(rows: rows.count, columns: times.count, values: values)
    }

    /// The curve of all patients as the prediction for each, patients × times.
    func kaplanMeier(at times: [Double]) throws -> Matrix {
        let curve = try SurvivalStatistics.kaplanMeier(outcome)
        let row = times.map { curve.survival(at: $0) }
        return Matrix(rows: outcome.count, columns: times.count, values: (0..<outcome.count).flatMap { _ in row })
    }

    /// The score of some patients by themselves; nil where a time is not below their last follow-up.
    func score(_ rows: [Int], times: [Double]) throws -> BrierScore? {
        do {
            return try brierScore(outcome[rows], survival: survival(at: times, rows: rows), times: times)
        } catch StatisticsError.evaluationTime {
            return nil
        }
    }
}

/// The times at which an integrated score is taken: from 0 to the horizon in a hundred equal steps.
func hundredths(of horizon: Double) -> [Double] { (0...100).map { horizon * Double($0) / 100 } }
