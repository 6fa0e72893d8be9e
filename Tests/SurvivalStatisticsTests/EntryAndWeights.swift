import Foundation
import Results
import Testing

@testable import SurvivalStatistics

/// What R recorded of late entry and case weights (`entryAndWeights.R`), with the data that it made.
struct EntryAndWeights: Decodable {
    struct Curves: Decodable {
        struct Readings: Decodable {
            let time: [Double]
            let atRisk: [Double]
            let events: [Double]
            let survival: [Double]
            let standardError: [Double?]
            let lower: [Double?]
            let upper: [Double?]
        }

        struct Curve: Decodable {
            let time: [Double]
            let atRisk: [Double]
            let events: [Double]
            let censored: [Double]
            let survival: [Double]
            let standardError: [Double?]
            let lower: [Double?]
            let upper: [Double?]
            let hazard: [Double]
            let hazardError: [Double]
            let median: [Double?]
            let quantile: [Double?]
            let quantileLower: [Double?]
            let quantileUpper: [Double?]
            let readings: Readings
        }

        let data: String
        let weights: String
        let grouped: Bool
        let interval: String
        let level: Double
        let times: [Double]
        let curves: [Curve]
    }

    struct Mean: Decodable {
        let data: String
        let horizon: Double
        let mean: Double
        let standardError: Double
    }

    struct Regression: Decodable {
        let data: String
        let terms: [String]
        let weights: String
        let ties: String
        let strata: Bool
        let variance: String
        let coefficient: [Double]
        let covariance: [Double]
        let modelVariance: [Double]
        let logLikelihood: [Double]
        let score: Double
        let wald: Double
        let robustScore: [Double]
        let patients: Int
        let events: Int
        let means: [Double]
        let predictor: [Double]
        let martingale: [Double]
        let residuals: [[Double]]
        let concordance: [Double]
        let estimate: [Double]
        let deviance: [Double]
        let schoenfeld: [[Double]]
        let dfbeta: [[Double]]
        let curves: [Predicted]
        let transform: String
        let zph: [Double]

        /// At the event times, of a patient whose covariates are all 1.
        struct Predicted: Decodable {
            let time: [Double]
            let survival: [Double]
            let standardError: [Double]
        }
    }

    struct Test: Decodable {
        let data: String
        let strata: Bool
        let rho: Double
        let observed: [Double]
        let expected: [Double]
        let chiSquare: Double
    }

    let data: [String: [String: [Double]]]
    let curves: [Curves]
    let means: [Mean]
    let logRank: [Test]

    static func recorded() throws -> EntryAndWeights { try Oracle.cases("entryAndWeights") }
    static func regressions() throws -> [Regression] { try Oracle.cases("entryAndWeightsCox") }

    func set(_ name: String) throws -> DataSet {
        try DataSet(columns: #require(data[name], "no data set \(name)").mapValues { $0.map(Optional.some) })
    }
}

extension DataSet {
    /// With the entry times of the set, where it has them.
    func entered() throws -> Outcome {
        try Outcome(
            time: outcome.time, event: outcome.event, entry: columns["entry"] == nil ? nil : numbers("entry"))
    }

    func weights(_ name: String) throws -> [Double]? { name.isEmpty ? nil : try numbers(name) }
}
