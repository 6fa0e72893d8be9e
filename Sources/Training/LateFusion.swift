import Results
import SurvivalNetworks
import SurvivalStatistics

/// Two models fused late: a patient's risk is that of the second, on its own scale, plus that of the first, standardised
/// by its training patients. Beside `cox`, whose risk is the sum of a standardised linear predictor per modality, a
/// network so counts as much as one modality's regression.
///
/// Survival is exp(−H₀(t) e^{bη}) with η the fused risk and H₀ Breslow's over the training patients, with the second model's
/// cross-fitted risks in η. b is the slope of that η in a Cox regression, but not above the slope of the second model's risk in
/// patients it was not fitted to, since the first one's risk of the training patients is overfitted; where the second model
/// says nothing, there is no such bound. What the models embed, weigh and attend to is the first one's.
final class LateFusion: FittedSurvival {
    /// The second model, fitted.
    struct Partner {
        let fitted: any FittedSurvival
        /// Of the training patients, each by a fit without the patient.
        let crossFitted: (risk: [Double], slope: Double)

        /// - Throws: `TrainingError.notFusible` for a model that says nothing of patients it was not fitted to, and what the
        ///   fit throws.
        init(
            _ model: any SurvivalModel, _ data: TrainingData, seed: UInt64, observe: (Double) throws -> Void
        ) throws {
            guard case .fit(let fit) = model.learning else { throw TrainingError.notFusible(model.name) }
            fitted = try fit(data, seed, observe)
            guard let known = fitted.crossFitted else { throw TrainingError.notFusible(model.name) }
            crossFitted = known
        }
    }

    private let first: any FittedSurvival
    private let second: Partner
    private let scale: TrainedModel.Reference
    let trainingRisk: [Double]
    private let slope: Double
    private let baseline: BaselineHazard

    init(_ first: any FittedSurvival, with second: Partner, _ data: TrainingData) throws {
        let scale = try TrainedModel.Reference(trainingRisk: first.trainingRisk)
        self.first = first
        self.second = second
        self.scale = scale
        let own = first.trainingRisk.map(scale.standardised)
        trainingRisk = zip(own, second.fitted.trainingRisk).map { $0 + $1 }
        let fused = zip(own, second.crossFitted.risk).map { $0 + $1 }
        let known = fused.indices.filter { fused[$0].isFinite }
        let (outcome, risk) = (data.outcome[known], known.map { fused[$0] })
        let (ofSum, ofSecond) = (try riskSlope(outcome, risk), second.crossFitted.slope)
        let b = ofSecond > 0 ? min(ofSum, ofSecond) : ofSum
        slope = b
        baseline = try breslowBaseline(outcome, linearPredictor: risk.map { b * $0 })
    }

    var parameterCount: Int { first.parameterCount + second.fitted.parameterCount }

    func forecast(
        _ inputs: [ModalityInput], patients: [Int], times: [Double], observe: (Double) throws -> Void
    ) throws -> SurvivalForecast {
        var forecast = try first.forecast(inputs, patients: patients, times: [], observe: observe)
        let other = try second.fitted.forecast(inputs, patients: patients, times: []) { _ in }
        forecast.risk = zip(forecast.risk, other.risk).map { scale.standardised($0) + $1 }
        forecast.survival = Matrix(
            rows: patients.count, columns: times.count,
            values: forecast.risk.flatMap { risk in
                times.map { baseline.survival(at: $0, linearPredictor: slope * risk) }
            })
        return forecast
    }
}
