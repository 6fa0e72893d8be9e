import Results
import SurvivalNetworks

/// Networks that learned from the same patients, each from first weights and draws of its own (Lakshminarayanan et al.
/// 2017). A patient's risk is the mean of theirs (for Cox's loss, of the log-hazards), survival the mean of their
/// probabilities. What the networks embed, weigh and attend to lives in coordinates of each one's own; what is shown is the
/// first one's.
final class Ensemble: FittedSurvival {
    private let members: [any FittedSurvival]
    let trainingRisk: [Double]

    /// - Precondition: there are members.
    init(_ members: [any FittedSurvival]) {
        precondition(!members.isEmpty, "an ensemble without members predicts nothing")
        self.members = members
        trainingRisk = mean(members.map(\.trainingRisk))
    }

    var parameterCount: Int { members.reduce(0) { $0 + $1.parameterCount } }

    func forecast(
        _ inputs: [ModalityInput], patients: [Int], times: [Double], observe: (Double) throws -> Void
    ) throws -> SurvivalForecast {
        let forecasts = try members.enumerated().map { number, member in
            try member.forecast(inputs, patients: patients, times: times) { share in
                try observe((Double(number) + share) / Double(members.count))
            }
        }
        var first = forecasts[0]
        first.risk = mean(forecasts.map(\.risk))
        first.survival = Matrix(
            rows: patients.count, columns: times.count, values: mean(forecasts.map(\.survival.values)))
        return first
    }
}

/// Element by element; not a number where one of them is none.
private func mean(_ lists: [[Double]]) -> [Double] {
    lists[0].indices.map { index in lists.reduce(0) { $0 + $1[index] } / Double(lists.count) }
}
