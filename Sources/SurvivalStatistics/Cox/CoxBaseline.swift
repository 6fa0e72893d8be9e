import Foundation
import Results

/// The cumulative hazard of one stratum of a Cox model, at a given value of the covariates; one entry per distinct
/// follow-up time of the stratum (event or censoring).
public struct CoxBaseline: Sendable, Equatable {
    /// As the strata of the fit number it; nil for a fit without strata.
    public var stratum: Int?
    public var patients: Int
    public var events: Int
    /// Increasing.
    public var time: [Double]
    /// Patients with follow-up of at least `time[i]`.
    public var atRisk: [Int]
    public var eventCount: [Int]
    public var censoredCount: [Int]
    /// Logarithms of H₀, since H₀ itself may lie beyond the range of a Double; −∞ before the first event.
    public var logCumulativeHazard: [Double]

    public var cumulativeHazard: [Double] { logCumulativeHazard.map { exp($0) } }
    /// exp(−H₀)
    public var survival: [Double] { logCumulativeHazard.map { exp(-exp($0)) } }

    /// log H₀(t): −∞ before the first event and constant after the last. O(log n).
    public func logCumulativeHazard(at time: Double) -> Double {
        let index = self.time.partitioningIndex { $0 > time }
        return index == 0 ? -.infinity : logCumulativeHazard[index - 1]
    }

    /// S(t) = exp(−H₀(t) e^η) of a patient whose linear predictor exceeds that of the baseline by η: 1 before the first
    /// event and constant after the last. O(log n).
    public func survival(at time: Double, linearPredictor: Double = 0) -> Double {
        exp(-exp(logCumulativeHazard(at: time) + linearPredictor))
    }
}

extension CoxModel {
    /// The baseline hazard of each stratum, in the order of the strata's numbers, under the tie rule of the fit:
    ///
    ///     H₀(t) = Σ_{tₖ ≤ t} Σ_f 1 / Σ_{j at risk, f of each event} e^ηⱼ
    ///
    /// with the steps f of `PartialLikelihood`: Efron's estimate after an Efron fit, Breslow's after a Breslow fit, and
    /// Breslow's after an exact fit, whose likelihood has no hazard of its own. A patient censored at the time of an
    /// event is at risk there; nearly equal times count as one. Late entries and the weights of the fit count as in its
    /// likelihood. No exponential overflows. O(n log n).
    ///
    /// Source: Breslow 1972, JRSS B 34:216; Efron 1977, JASA 72:557; agrees with R's `basehaz`.
    ///
    /// - Parameters:
    ///   - outcome: that of the fit, as `strata`.
    ///   - centred: at `means`, where the linear predictor is 0; else where all covariates are 0.
    /// - Throws: `StatisticsError.lengthsDiffer`.
    public func baseline(_ outcome: Outcome, strata: [Int]? = nil, centred: Bool = true) throws -> [CoxBaseline] {
        try StatisticsError.check(linearPredictor.count, "linear predictors", patients: outcome.count)
        let offset = centred ? 0 : -zip(means, terms).reduce(0) { $0 + $1.0 * $1.1.coefficient }
        return try zip(RiskSets.sets(outcome, strata: strata, takesEntry: true), Self.numbers(strata)).map {
            sets, stratum in
            let steps = HazardSteps(sets, predictor: linearPredictor, ties: ties, weights: weights)
            return CoxBaseline(
                stratum: stratum, patients: sets.patients, events: sets.eventCount.reduce(0, +), time: sets.time,
                atRisk: sets.atRisk, eventCount: sets.eventCount, censoredCount: sets.censoredCount,
                logCumulativeHazard: steps.logCumulativeHazard.map { $0 + offset })
        }
    }

    /// The numbers of the strata in the order of `RiskSets.sets`.
    static func numbers(_ strata: [Int]?) -> [Int?] { strata.map { Set($0).sorted() } ?? [nil] }
}

extension RiskSets {
    var atRisk: [Int] { (0..<count).map(atRiskCount) }
    var censoredCount: [Int] { (0..<count).map { censored($0).count } }
}
