import CommandLanguage
import Results
import SurvivalStatistics

/// A score of predictions at times that the user chose.
struct JudgedTimes {
    let time: [Double]
    /// Of all patients.
    let value: [Double]
    /// At each time, by fold; nil unless cross-validated.
    let folds: [FoldValues]?
}

extension Arguments {
    static let declaredTimes = Parameter.option(
        "times", .any, required: true, "a list of increasing times, such as [1825, 3650]")

    /// The times at which to judge predictions: a list of numbers, or one.
    ///
    /// - Throws: a `Diagnostic` unless they are above 0.
    func times() throws -> [Double] {
        let values = if case .list(let values) = value("times") { values } else { [value("times")] }
        let times = try values.map { value in
            guard case .number(let time) = value, time > 0, time.isFinite else {
                throw error(at: "times", "times= takes numbers above 0", help: "such as times=[1825, 3650]")
            }
            return time
        }
        guard !times.isEmpty else {
            throw error(at: "times", "there is no time in times=", help: "such as times=[1825, 3650]")
        }
        return times
    }
}
