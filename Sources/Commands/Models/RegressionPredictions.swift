import Cohorts
import CommandLanguage
import Foundation
import Results
import SurvivalStatistics

extension CoxObject {
    /// The predictions for a cohort: the risk is the linear predictor; survival is that of the patient's stratum.
    ///
    /// The grid is 0 and the times asked for, or else that of `survivalGrid`, which ends where a stratum's follow-up does.
    ///
    /// - Throws: a `Diagnostic` for terms that the fit does not know, or times at which survival is not known.
    func predictions(on object: CohortObject, _ arguments: Arguments, in context: Context) throws -> Predictions {
        let baselines = try fit.baseline(design.outcome, strata: design.strata)
        let grid = try grid(baselines, arguments)
        let cohort = object.cohort
        let found = try design.recipe.newcomers(
            over: TableColumns(table: object.asTable), patients: cohort.patients, arguments, in: context)
        let coefficients = fit.terms.map(\.coefficient)
        let risk = found.rows.indices.map { row in
            coefficients.indices.reduce(0) { $0 + (found.covariates[row, $1] - fit.means[$1]) * coefficients[$1] }
        }
        // One look-up per stratum and time.
        let logHazards = baselines.map { baseline in grid.map { baseline.logCumulativeHazard(at: $0) } }
        var survival: [Double] = []
        survival.reserveCapacity(found.rows.count * grid.count)
        for row in found.rows.indices {
            if row % 4096 == 0 { try context.progress("predict", fraction: Double(row) / Double(found.rows.count)) }
            for hazard in logHazards[found.strata?[row] ?? 0] { survival.append(exp(-exp(hazard + risk[row]))) }
        }
        let rows = found.rows
        return Predictions(
            patients: rows.map { cohort.patients[$0] }, outcome: cohort.outcome[rows], risk: risk, grid: grid,
            survival: Matrix(rows: rows.count, columns: grid.count, values: survival),
            fold: [Int](repeating: 0, count: rows.count), covariates: cohort.table[rows],
            run: Predictions.Run(
                model: "cox", seed: 0,
                settings: [
                    Predictions.Setting(name: "formula", value: formula),
                    Predictions.Setting(name: "ties", value: fit.ties.rawValue),
                ]))
    }

    private func grid(_ baselines: [CoxBaseline], _ arguments: Arguments) throws -> [Double] {
        let ends = baselines.map { $0.time.last ?? 0 }
        let end = ends.min() ?? 0
        if arguments.has("times") {
            let times = try arguments.times()
            guard zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw arguments.error(at: "times", "the times are not increasing", help: "such as times=[1825, 3650]")
            }
            if let time = times.first(where: { $0 > end }) {
                let name = ends.firstIndex(of: end).flatMap { place in design.recipe.stratumNames.map { $0[place] } }
                throw arguments.error(
                    at: "times",
                    "follow-up\(name.map { " of stratum \($0)" } ?? "") ends at \(formatNumber(end, digits: 6)), so "
                        + "survival at \(formatNumber(time, digits: 6)) is not known", help: "use times up to there")
            }
            return [0] + times
        }
        let events = baselines.flatMap { baseline in
            baseline.time.indices.filter { baseline.eventCount[$0] > 0 && baseline.time[$0] < end }.map {
                baseline.time[$0]
            }
        }
        return survivalGrid(eventTimes: events, ends: [end])
    }
}
