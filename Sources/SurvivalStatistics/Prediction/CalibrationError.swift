import Foundation
import Results

/// Why predicted survival could not be held against what happened.
public enum CalibrationError: LocalizedError, Equatable {
    /// A horizon that is not above 0 and below the last follow-up time.
    case horizon(Double, last: Double)
    case notAProbability(Double, row: Int)
    /// Predictions of exactly 0 or 1, whose complementary log-log is infinite.
    case certain(patients: Int, of: Int)
    /// The predictions have too few distinct values for a spline of three knots.
    case tooFewDistinct(Int)

    public var errorDescription: String? {
        switch self {
        case .horizon(let horizon, let last):
            "calibration cannot be seen at \(shortest(horizon)): follow-up ends at \(shortest(last))"
        case .notAProbability(let value, let row):
            "the survival predicted for patient \(row + 1) is \(shortest(value)); it lies between 0 and 1"
        case .certain(let patients, let count):
            "\(patients) of \(count) patients are predicted a survival of exactly 0 or 1, which no hazard ratio can move"
        case .tooFewDistinct(let count):
            "the predictions have \(count) distinct values, too few for a smooth curve"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .horizon(_, let last): "use a horizon above 0 and below \(shortest(last))"
        case .notAProbability: nil
        case .certain: "choose another horizon, or a model that is less sure"
        case .tooFewDistinct: "the groups tell all there is"
        }
    }
}
