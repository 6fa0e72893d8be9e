import Foundation
import Results
import SurvivalNetworks
import SurvivalStatistics

/// Penalised Cox regression per modality, fused late: no network, and the reference that every network has to beat.
///
/// For each modality the features side by side (patches: the mean of the bag), as they are scaled for networks, are
/// fitted by
///
///     −ℓ(β)/n + λ Σⱼ (α |βⱼ| + ½ (1 − α) βⱼ²)
///
/// over the training patients who have the modality; α = 0 is ridge regression. λ is chosen along a path by
/// cross-validated deviance in inner folds of these patients (`CrossValidatedCoxPath`). A patient's risk is the sum over
/// modalities of the linear predictors, each divided by its standard deviation over the training patients after
/// subtracting their mean; higher means an earlier event. The sum of a patient who lacks modalities is scaled up by
/// modalities / modalities present. A modality in which nothing is related to the outcome adds 0.
///
/// Survival is exp(−H₀(t) e^{bη}) with η the risk; b, its slope in a Cox regression, and H₀, Breslow's, are of the inner
/// folds' held-out patients: in the training patients themselves the predictors are overfitted.
public struct PenalisedCox: SurvivalModel {
    /// How much penalty.
    public enum Penalty: Sendable, Equatable {
        /// Chosen by inner folds.
        case chosen(CrossValidatedCoxPath.Rule)
        case fixed(Double)
    }

    /// α, the lasso's share.
    public var alpha = 0.0
    public var penalty = Penalty.chosen(.minimum)
    /// Inner folds; fewer where there are fewer events.
    public var folds = 5

    public init() {}

    public var name: String { "cox" }

    public var settings: [Predictions.Setting] {
        let lambda =
            switch penalty {
            case .chosen(let rule): rule.rawValue
            case .fixed(let value): "\(value)"
            }
        return [.init("alpha", alpha), .init("lambda", lambda), .init("inner_folds", folds)]
    }

    public var learning: Learning {
        .fit { data, seed, observe in
            let count = Double(data.inputs.count)
            return try FittedPenalisedCox(
                data.inputs.enumerated().map { index, input in
                    try part(input, data, seed) { try observe((Double(index) + $0) / count) }
                }, data)
        }
    }

    private func part(
        _ input: ModalityInput, _ data: TrainingData, _ seed: UInt64, _ observe: (Double) throws -> Void
    ) throws -> CoxPart {
        let places = data.patients.indices.filter { input.present[data.patients[$0]] }
        let outcome = data.outcome[places]
        let features = try input.matrix(of: places.map { data.patients[$0] })
        let names = (0..<features.columns).map { "\(input.name) \($0 + 1)" }
        let net = ElasticNet(alpha: alpha)
        let none = CoxPart(path: nil, index: 0, places: places, heldOut: places.map { _ in 0 }, features: features)
        var generator = SeededGenerator(seed: seed)
        let count = min(folds, outcome.eventCount)
        guard count > 1 else {
            throw BaselineError.unusable(
                modality: input.name, model: name,
                reason:
                    "the training patients who have it include \(outcome.eventCount) with the event, and inner folds, "
                    + "which survival needs as well, need two",
                advice: "leave the modality out, or train on more patients")
        }
        let inner = try CrossValidatedCoxPath.folds(outcome, count: count, using: &generator)
        do {
            let (path, index): (CoxPath, Int)
            switch penalty {
            case .fixed(let lambda):
                path = try CoxPath.fit(outcome, covariates: features, names: names, penalty: net, lambdas: [lambda])
                index = 0
            case .chosen(let rule):
                let chosen = try CrossValidatedCoxPath.fit(
                    outcome, covariates: features, names: names, penalty: net, folds: inner
                ) { try observe(0.8 * $0) }
                (path, index) = (chosen.path, chosen.index(rule))
            }
            // What each inner fold's patients are told by the others.
            var heldOut = [Double](repeating: 0, count: places.count)
            for fold in Set(inner).sorted() {
                let others = inner.indices.filter { inner[$0] != fold }
                let fitted = try CoxPath.fit(
                    outcome[others], covariates: features[rows: others], names: names, penalty: net,
                    lambdas: [path.points[index].lambda])
                let predictors = fitted.linearPredictor(features, at: 0)
                for row in inner.indices where inner[row] == fold { heldOut[row] = predictors[row] }
                try observe(0.8 + 0.2 * Double(fold) / Double(count))
            }
            return CoxPart(path: path, index: index, places: places, heldOut: heldOut, features: features)
        } catch let error as PenalisedCoxError where error == .nothingToPenalise || error == .noRelation {
            return none
        }
    }
}

/// The regression on one modality.
struct CoxPart: Sendable {
    /// Nil where nothing is related to the outcome.
    let path: CoxPath?
    /// The chosen penalty's place in the path.
    let index: Int
    /// Positions among the training patients of those who have the modality.
    let places: [Int]
    /// The predictors of these patients by fits without their inner fold.
    let heldOut: [Double]
    let mean: Double
    let deviation: Double
    private let fittedPredictors: [Double]

    init(path: CoxPath?, index: Int, places: [Int], heldOut: [Double], features: Matrix) {
        self.path = path
        self.index = index
        self.places = places
        self.heldOut = heldOut
        let predictors = path?.linearPredictor(features, at: index) ?? places.map { _ in 0 }
        let moments = Moments(predictors)
        mean = moments.mean
        deviation = moments.deviation > 1e-12 ? moments.deviation : 1
        fittedPredictors = predictors
    }

    func standardised(_ predictor: Double) -> Double { (predictor - mean) / deviation }

    /// Standardised predictors of the training patients who have the modality.
    var trainingPredictors: [Double] { fittedPredictors.map(standardised) }
    var heldOutPredictors: [Double] { heldOut.map(standardised) }
}

/// The regressions of all modalities and their sum.
final class FittedPenalisedCox: FittedSurvival {
    private let parts: [CoxPart]
    let trainingRisk: [Double]
    private let heldOutRisk: [Double]
    private let slope: Double
    private let baseline: BaselineHazard

    init(_ parts: [CoxPart], _ data: TrainingData) throws {
        self.parts = parts
        func summed(_ values: [[Double]]) -> [Double] {
            Self.sums(
                zip(parts, values).map { part, values in
                    var all = [Double?](repeating: nil, count: data.patients.count)
                    for (place, value) in zip(part.places, values) { all[place] = value }
                    return all
                })
        }
        trainingRisk = summed(parts.map(\.trainingPredictors))
        heldOutRisk = summed(parts.map(\.heldOutPredictors))
        slope = try riskSlope(data.outcome, heldOutRisk)
        let b = slope
        // The fits that made the training risks have seen the outcomes, and would set the hazard too high for others.
        baseline = try breslowBaseline(data.outcome, linearPredictor: heldOutRisk.map { b * $0 })
    }

    var crossFitted: (risk: [Double], slope: Double)? { (heldOutRisk, slope) }

    /// Per patient the sum over the modalities present, on the scale of all of them.
    private static func sums(_ predictors: [[Double?]]) -> [Double] {
        (predictors.first ?? []).indices.map { patient in
            let present = predictors.compactMap { $0[patient] }
            return present.isEmpty ? 0 : present.reduce(0, +) * Double(predictors.count) / Double(present.count)
        }
    }

    var parameterCount: Int {
        parts.reduce(0) { $0 + ($1.path?.points[$1.index].nonzero ?? 0) }
    }

    func forecast(
        _ inputs: [ModalityInput], patients: [Int], times: [Double], observe: (Double) throws -> Void
    ) throws -> SurvivalForecast {
        var predictors: [[Double?]] = []
        for (index, (input, part)) in zip(inputs, parts).enumerated() {
            var all = [Double?](repeating: nil, count: patients.count)
            let present = patients.indices.filter { input.present[patients[$0]] }
            let features = try input.matrix(of: present.map { patients[$0] })
            let values = part.path?.linearPredictor(features, at: part.index) ?? present.map { _ in part.mean }
            for (place, value) in zip(present, values) { all[place] = part.standardised(value) }
            predictors.append(all)
            try observe(Double(index + 1) / Double(inputs.count))
        }
        let risk = Self.sums(predictors)
        let survival = risk.flatMap { risk in
            times.map { baseline.survival(at: $0, linearPredictor: slope * risk) }
        }
        return SurvivalForecast(
            risk: risk, survival: Matrix(rows: patients.count, columns: times.count, values: survival))
    }
}

extension ModalityInput {
    /// One row of features a patient, the mean of the bag for patches.
    fileprivate func matrix(of patients: [Int]) throws -> Matrix {
        let width = vectorWidth
        var values: [Double] = []
        values.reserveCapacity(patients.count * width)
        for patient in patients {
            switch content {
            case .columns(let features, _), .sets(let features, _, _):
                values += features[patient * width..<(patient + 1) * width].lazy.map(Double.init)
            case .patches(let bags):
                let bag = try bags.features(of: patient)
                var sums = [Double](repeating: 0, count: width)
                for start in stride(from: 0, to: bag.count, by: width) {
                    for feature in 0..<width { sums[feature] += Double(bag[start + feature]) }
                }
                let count = Double(max(bag.count / width, 1))
                values += sums.lazy.map { $0 / count }
            }
        }
        return Matrix(rows: patients.count, columns: width, values: values)
    }
}
