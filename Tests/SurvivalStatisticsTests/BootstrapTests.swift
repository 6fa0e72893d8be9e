import Foundation
import Results
import Testing

@testable import SurvivalStatistics

@Suite("Bootstrap")
struct BootstrapTests {
    private struct Case: Decodable {
        let data: String
        let statistic: String
        let columns: [String]
        let rows: [Int]
        let strata: String
        let level: Double
        let estimate: Double
        let resampled: [Double]
        let indices: [[Int]]
        let influence: [Double]
        let percentile: [Double]
        let bca: [Double]
        let acceleration: Double
        let biasCorrection: Double
        let bias: Double
        let standardError: Double
    }

    /// The statistic that R computed, of some of the patients.
    private func statistic(_ r: Case, _ set: DataSet, _ rows: [Int]) throws -> Double {
        let outcome = set.outcome[rows]
        let column = try r.columns.first.map { name in try rows.map { try #require(set.columns[name]?[$0]) } } ?? []
        switch r.statistic {
        case "cindex": return try concordance(outcome, risk: column).concordance
        case "uno": return try unoConcordance(outcome, risk: column, horizon: 200).concordance
        case "median": return try kaplanMeier(outcome).median ?? .nan
        case "rmst": return try restrictedMean(outcome, horizon: 300).mean
        default: return try kaplanMeier(outcome).survival(at: 300)
        }
    }

    @Test("statistics of the same resamples agree with R, and so do the influences")
    func statistics() throws {
        let data = try OracleData()
        for r in try Oracle.cases("bootstrap", as: [Case].self) {
            let set = try data.set(r.data)
            let place = "\(r.statistic) of \(r.data):"
            expectClose(try statistic(r, set, r.rows), r.estimate, "\(place) estimate")
            for (rows, value) in zip(r.indices, r.resampled) {
                expectClose(try statistic(r, set, rows.map { r.rows[$0] }), value, "\(place) resample")
            }
            let strata = r.strata.isEmpty ? nil : try r.rows.map { try set.integers(r.strata)[$0] }
            let influence = try jackknifeInfluence(patients: r.rows.count, strata: strata) { rows in
                try statistic(r, set, rows.map { r.rows[$0] })
            }
            expectClose(influence, r.influence, "\(place) influence", scale: abs(r.estimate))
        }
    }

    @Test("intervals of the same resampled values agree with R's boot.ci")
    func intervals() throws {
        for r in try Oracle.cases("bootstrap", as: [Case].self) {
            let place = "\(r.statistic) of \(r.data):"
            let plain = try BootstrapInterval(estimate: r.estimate, resampled: r.resampled, level: r.level)
            expectClose([plain.lower, plain.upper], r.percentile, "\(place) percentile")
            expectClose(plain.bias, r.bias, "\(place) bias", scale: abs(r.estimate))
            expectClose(plain.standardError, r.standardError, "\(place) standard error")
            let moved = try BootstrapInterval(
                .bca, estimate: r.estimate, resampled: r.resampled, influence: r.influence, level: r.level)
            expectClose([moved.lower, moved.upper], r.bca, "\(place) BCa")
            expectClose(moved.biasCorrection, r.biasCorrection, "\(place) bias correction")
            expectClose(try #require(moved.acceleration), r.acceleration, "\(place) acceleration", scale: 1e-3)
        }
    }

    @Test("the infinitesimal jackknife gives nearly the jackknife's acceleration")
    func influences() throws {
        let set = try OracleData().set("veteran")
        let risk = try set.numbers("karno")
        let exact = try concordanceInfluence(set.outcome, risk: risk)
        let left = try jackknifeInfluence(patients: risk.count) { rows in
            try concordance(set.outcome[rows], risk: rows.map { risk[$0] }).concordance
        }
        for (one, other) in zip(exact.influence, left) {
            expectClose(one, other, "influence", tolerance: 5e-4, scale: 1)
        }
        expectClose(exact.influence.reduce(0, +), 0, "sum", scale: 1)
    }

    @Test("resamples keep the size of strata, depend on the seed only, and blocks leave each patient out once")
    func resampling() throws {
        let strata = [2, 1, 1, 2, 3, 1]
        var generator = SeededGenerator(seed: 5)
        let sampler = Resampler(patients: 6, strata: strata)
        var seen: Set<Int> = []
        for _ in 0..<200 {
            let rows = sampler.draw(using: &generator)
            #expect(rows.map { strata[$0] } == [1, 1, 1, 2, 2, 3])
            seen.formUnion(rows)
        }
        #expect(seen == Set(0..<6))
        var (one, other) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7))
        let draws = try sampler.resample(30, using: &one) { [Double($0.reduce(0, +))] }
        #expect(try draws == sampler.resample(30, using: &other) { [Double($0.reduce(0, +))] })
        var left: [Int] = []
        let blocks = try jackknifeInfluence(patients: 10, blocks: 4) { rows in
            left += Set(0..<10).subtracting(rows)
            return Double(rows.count)
        }
        #expect(left.sorted() == Array(0..<10) && blocks.count == 4)
    }

    @Test("what is not reached sorts last; what is not defined is counted")
    func undefined() throws {
        let values = (0..<100).map { $0 < 90 ? Double($0) : $0 < 95 ? .infinity : .nan }
        let interval = try BootstrapInterval(estimate: 40, resampled: values)
        #expect(interval.upper == .infinity && interval.lower.isFinite)
        #expect(interval.undefined == 5 && interval.defined == 95)
        let few = try BootstrapInterval(estimate: 40, resampled: (0..<25).map(Double.init))
        #expect(few.reachesExtreme && few.lower == 0 && few.upper == 24)
    }

    @Test("refuses what no interval can be made of")
    func badInput() throws {
        let values = (0..<40).map(Double.init)
        #expect(throws: StatisticsError.invalidLevel(1)) {
            try BootstrapInterval(estimate: 1, resampled: values, level: 1)
        }
        #expect(throws: ResamplingError.undefinedEstimate) {
            try BootstrapInterval(estimate: .infinity, resampled: values)
        }
        #expect(throws: ResamplingError.tooFewResamples(5)) {
            try BootstrapInterval(estimate: 1, resampled: Array(values.prefix(5)))
        }
        #expect(throws: ResamplingError.mostlyUndefined(undefined: 30, of: 40)) {
            try BootstrapInterval(estimate: 1, resampled: values.map { $0 < 30 ? .nan : $0 })
        }
        #expect(throws: ResamplingError.oneSided) {
            try BootstrapInterval(.bca, estimate: 0, resampled: values, influence: [1, -1])
        }
        #expect(throws: ResamplingError.noAcceleration) {
            try BootstrapInterval(.bca, estimate: 9, resampled: values, influence: [0, 0])
        }
        #expect(throws: ResamplingError.noAcceleration) {
            try BootstrapInterval(.bca, estimate: 9, resampled: values, influence: [1, .nan])
        }
    }
}
