import Foundation
import Results
import SurvivalStatistics

/// Our side of the protocol that `Peer` describes.
struct OwnAnswers {
    let data: BenchmarkData

    func serve() throws {
        let names = Estimator.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        answer("{\"ready\": [\(names)], \"version\": \"SurvivalStatistics\"}")
        while let line = readLine() {
            guard let estimator = Estimator(rawValue: line) else { throw BenchmarkError.usage("no estimator \(line)") }
            let (processor, wall, values) = try run(estimator)
            let numbers = values.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ", ")
            answer("{\"processor\": \(processor), \"wall\": \(wall), \"values\": [\(numbers)]}")
        }
    }

    private func answer(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private func run(_ estimator: Estimator) throws -> (processor: Double, wall: Double, values: [Double]) {
        let (outcome, risk, times) = (data.outcome, data.risk, data.times)
        switch estimator {
        case .concordance:
            return try timed {
                try concordance(outcome, risk: risk)
            } values: {
                [$0.concordance, $0.standardError]
            }
        case .concordanceValue:
            return try timed {
                try concordance(outcome, risk: risk)
            } values: {
                [$0.concordance]
            }
        case .km:
            return try timed {
                try kaplanMeier(outcome)
            } values: { curve in
                [curve.survival, curve.lower, curve.upper].flatMap { values in
                    data.probes.map { at in values[curve.time.lastIndex { $0 <= at }!] }
                }
            }
        case .nelsonAalen:
            return try timed {
                try nelsonAalen(outcome)
            } values: { curve in
                [curve.cumulativeHazard, curve.standardError].flatMap { values in
                    data.probes.map { at in values[curve.time.lastIndex { $0 <= at }!] }
                }
            }
        case .logRankTwo:
            return try timed {
                try logRank(outcome, groups: data.two)
            } values: {
                [$0.chiSquare]
            }
        case .logRankTen:
            return try timed {
                try logRank(outcome, groups: data.ten)
            } values: {
                [$0.chiSquare]
            }
        case .cox:
            return try timed {
                try fit()
            } values: {
                $0.terms.map(\.coefficient) + [$0.logLikelihood]
            }
        case .coxWhole:
            return try timed {
                try fit()
            } values: { model in
                model.terms.map(\.coefficient) + [model.logLikelihood]
                    + [model.concordance?.concordance ?? .nan, model.concordance?.standardError ?? .nan]
            }
        case .uno:
            return try timed {
                try unoConcordance(outcome, risk: risk, horizon: times.last)
            } values: {
                [$0.concordance]
            }
        case .brier:
            let survival = data.survival()
            return try timed {
                try brierScore(outcome, survival: survival, times: times)
            } values: {
                [$0.integrated]
            }
        case .auc:
            return try timed {
                try dynamicAUC(outcome, risk: risk, times: times)
            } values: { curve in
                [curve.mean] + data.probePlaces.map { curve.auc[$0] }
            }
        }
    }

    private func fit() throws -> CoxModel {
        try CoxModel.fit(data.outcome, covariates: data.x, names: (0..<data.x.columns).map { "x\($0)" })
    }

    private func timed<Result>(
        _ work: () throws -> Result, values: (Result) -> [Double]
    ) throws -> (processor: Double, wall: Double, values: [Double]) {
        let (processor, wall) = (seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC))
        let result = try work()
        let spent = (seconds(CLOCK_PROCESS_CPUTIME_ID) - processor, seconds(CLOCK_MONOTONIC) - wall)
        return (spent.0, spent.1, values(result))
    }

    private func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
