import Cohorts
import Foundation
import Results
import SurvivalStatistics
import Testing

/// Ridge regression on all genes of the public TCGA tables, on the official folds, against figures that were computed
/// elsewhere: a check of data, folds, fit and C-index at once.
@Suite(.enabled(if: hasTCGA, "needs the public TCGA tables in ../shared/data/tcga"))
struct RidgeOnTCGATests {
    @Test(arguments: [
        ("blca", [0.6173, 0.7147, 0.6270, 0.5788, 0.5525]), ("coadread", [0.6707, 0.4118, 0.4038, 0.5239, 0.7455]),
        ("hnsc", [0.5515, 0.6147, 0.6223, 0.5293, 0.5563]),
    ])
    func agreesFoldByFold(name: String, expected: [Double]) throws {
        let folder = tcga.appendingPathComponent(name)
        func source(_ file: String) throws -> CohortSource {
            try CohortSource(path: folder.appendingPathComponent(file).path, id: nil)
        }
        let clinical = try source("clinical.csv")
        guard case .numbers(let time)? = clinical.table["survival_months_dss"],
            case .numbers(let censored)? = clinical.table["censorship_dss"]
        else { throw Missing() }
        var cohort = try Cohort(
            source: clinical, time: time, event: censored.map { 1 - $0 }, keep: clinical.ids.map { _ in true })
        try cohort.attach("rna", source: source("molecular.csv"), columns: ["*_rnaseq"])
        try cohort.readFolds(from: folder.appendingPathComponent("splits").path)
        guard case .table(let features)? = cohort.modality("rna")?.content, let folds = cohort.folds else {
            throw Missing()
        }
        let names = features.table.names
        let genes = try names.map { name in
            guard case .numbers(let values)? = features.table[name] else { throw Missing() }
            return values.map { min(max($0, -5), 5) }
        }
        let present = cohort.modality("rna")?.present ?? []
        for (fold, expected) in zip(folds.folds, expected) {
            let training = fold.training.filter { present[$0] }
            let heldOut = fold.validation.filter { present[$0] }
            let share = Double(names.count).squareRoot()
            let scaled = genes.map { values in
                let mean = training.reduce(0) { $0 + values[$1] } / Double(training.count)
                let variance = training.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) }
                let deviation = (variance / Double(training.count)).squareRoot()
                return values.map { deviation > 0 ? ($0 - mean) / deviation / share : 0 }
            }
            func matrix(_ rows: [Int]) -> Matrix {
                Matrix(
                    rows: rows.count, columns: names.count, values: rows.flatMap { row in scaled.map { $0[row] } })
            }
            let path = try CoxPath.fit(
                cohort.outcome[training], covariates: matrix(training), names: names,
                penalty: ElasticNet(alpha: 0, standardizes: false), lambdas: [0.1])
            #expect(path.warnings.isEmpty)
            let result = try concordance(
                cohort.outcome[heldOut], risk: path.linearPredictor(matrix(heldOut), at: 0))
            // The figures have four decimals.
            let difference = abs(result.concordance - expected)
            #expect(
                difference <= 1 / Double(result.comparablePairs) + 0.00005,
                "\(name): \(result.concordance) instead of \(expected), \(result.comparablePairs) pairs")
        }
    }

    private struct Missing: Error {}
}

private let tcga = Bench.checkout.appendingPathComponent("../shared/data/tcga").standardizedFileURL
private let hasTCGA = FileManager.default.fileExists(atPath: tcga.path)
