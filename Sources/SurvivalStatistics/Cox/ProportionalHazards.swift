import Foundation
import Results

/// A test that hazards are proportional: that no coefficient changes with time.
public struct ProportionalHazards: Sendable, Equatable {
    /// What coefficients may be linear in.
    public enum Transform: String, Sendable, CaseIterable {
        /// One minus the Kaplan-Meier curve of all patients just before the time.
        case km
        case identity
        case log
        /// The rank of the time among all patients' times, the mean rank for equal ones.
        case rank
    }

    public var transform: Transform
    /// One test per group of covariates.
    public var tests: [CoxModel.Test]
    /// That all coefficients are constant.
    public var global: CoxModel.Test
}

/// The test of proportional hazards of Grambsch and Therneau, as the score test that θ = 0 in coefficients β + θ g(t).
///
/// With the Schoenfeld residuals uₖ (the sum over the events at tₖ of x less its mean in the risk set) and the
/// information Iₖ of each event time, and g centred over the events,
///
///     u = Σ g(tₖ) uₖ,   χ² = u' (Σ g² Iₖ − Σ g Iₖ (Σ Iₖ)⁻¹ Σ g Iₖ)⁻¹ u
///
/// with the entries of u and the columns that a group names; those of other groups are held constant. One degree of
/// freedom per column. Within strata, risk sets are those of the stratum, g that of all patients. Nearly equal times
/// count as one. Late entries count in the risk sets and in g; weights, those of the model, count in u and I alone (R's
/// rule). O(n p²) after one sort.
///
/// Source: Grambsch and Therneau 1994, Biometrika 81:515; agrees with `cox.zph` of R's survival since 3.0, whose exact
/// score test replaced an approximation.
///
/// - Parameters:
///   - model: fitted to the same outcome, covariates and strata; its ties rule and weights are used.
///   - groups: for each covariate the index of its group from 0, such as the columns of one factor; nil tests each
///     covariate by itself.
/// - Throws: `StatisticsError.lengthsDiffer`; `CoxError.zeroTime` for `log` with an event at time 0;
///   `CoxError.noTimeToVary` when all events have one g; `CoxError.infiniteCoefficients` for a model that has one;
///   `ExactTiesError.noTestOfProportionalHazards`.
/// - Precondition: the groups are numbered from 0 without a gap, one per covariate of the model.
public func proportionalHazards(
    _ model: CoxModel, _ outcome: Outcome, covariates: Matrix, strata: [Int]? = nil, groups: [Int]? = nil,
    transform: ProportionalHazards.Transform = .km
) throws -> ProportionalHazards {
    guard model.ties != .exact else { throw ExactTiesError.noTestOfProportionalHazards }
    let size = model.terms.count
    precondition(covariates.columns == size, "\(covariates.columns) covariates for \(size) coefficients")
    try StatisticsError.check(covariates.rows, "rows of covariates", patients: outcome.count)
    try StatisticsError.check(model.linearPredictor.count, "linear predictors", patients: outcome.count)
    let groups = groups ?? Array(0..<size)
    precondition(
        groups.count == size && Set(groups) == Set(0..<((groups.max() ?? -1) + 1)), "groups have a number each")
    let infinite = model.warnings.compactMap { warning in
        if case .infiniteCoefficient(let name) = warning { name } else { nil }
    }
    guard infinite.isEmpty else { throw CoxError.infiniteCoefficients(infinite) }
    // Columns of one size, so that one tolerance fits all pivots; a chi-square does not depend on it.
    let scaling = try CovariateScaling(covariates, names: model.terms.map(\.name))
    var x = covariates
    for row in 0..<x.rows {
        for column in 0..<size { x[row, column] = (x[row, column] - scaling.mean[column]) * scaling.scale[column] }
    }
    let moments = try EventMoments.all(
        RiskSets.sets(outcome, strata: strata, takesEntry: true), covariates: x, predictor: model.linearPredictor,
        ties: model.ties, weights: model.weights)
    let clock = try transform.values(outcome)
    let events = Double(outcome.eventCount)
    let centre = moments.reduce(0) { $0 + (clock[$1.time] ?? 0) * Double($1.events) } / events
    var score = [Double](repeating: 0, count: size)
    let zero = Matrix(rows: size, columns: size, values: [Double](repeating: 0, count: size * size))
    var sums = [zero, zero, zero]
    var spread = 0.0
    for moment in moments {
        let g = (clock[moment.time] ?? 0) - centre
        spread = max(spread, abs(g))
        for row in 0..<size {
            score[row] += g * moment.residual[row]
            for column in 0..<size {
                let value = moment.information[row, column]
                sums[0][row, column] += value
                sums[1][row, column] += g * value
                sums[2][row, column] += g * g * value
            }
        }
    }
    guard spread > 0 else { throw CoxError.noTimeToVary }
    let constant = Factorization(sums[0], tolerance: Factorization.coxTolerance)
    let cross = (0..<size).map { column in constant.solve((0..<size).map { sums[1][$0, column] }) }
    /// Σ g² I − Σ g I (Σ I)⁻¹ Σ g I, over g's spread squared.
    func variance(_ row: Int, _ column: Int) -> Double {
        let explained = (0..<size).reduce(0) { $0 + sums[1][row, $1] * cross[column][$1] }
        return (sums[2][row, column] - explained) / (spread * spread)
    }
    func test(_ columns: [Int]) -> CoxModel.Test {
        let values = columns.flatMap { row in columns.map { variance(row, $0) } }
        let right = columns.map { score[$0] / spread }
        let solution = Factorization(
            Matrix(rows: columns.count, columns: columns.count, values: values), tolerance: Factorization.coxTolerance
        ).solve(right)
        let chiSquare = zip(right, solution).reduce(0) { $0 + $1.0 * $1.1 }
        return CoxModel.Test(
            chiSquare: chiSquare, degreesOfFreedom: columns.count,
            p: Distributions.chiSquareUpperTail(chiSquare, degreesOfFreedom: columns.count))
    }
    return ProportionalHazards(
        transform: transform,
        tests: Set(groups).sorted().map { group in test(groups.indices.filter { groups[$0] == group }) },
        global: test(Array(0..<size)))
}

extension ProportionalHazards.Transform {
    /// g at each distinct time (as `DistinctTimes` has it) with an event.
    fileprivate func values(_ outcome: Outcome) throws -> [Double: Double] {
        let sets = try RiskSets(outcome, times: DistinctTimes(outcome))
        var result: [Double: Double] = [:]
        var survival = 1.0
        for index in 0..<sets.count where sets.eventCount[index] > 0 {
            let time = sets.time[index]
            switch self {
            case .km:
                result[time] = 1 - survival
                survival *= 1 - Double(sets.eventCount[index]) / Double(sets.atRiskCount(index))
            case .identity: result[time] = time
            case .log:
                guard time > 0 else { throw CoxError.zeroTime }
                result[time] = Foundation.log(time)
            case .rank: result[time] = Double(sets.start[index] + sets.start[index + 1] + 1) / 2
            }
        }
        return result
    }
}
