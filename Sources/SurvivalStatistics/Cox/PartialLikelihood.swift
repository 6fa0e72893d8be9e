import Foundation
import Results

/// The log partial likelihood of a Cox model with its gradient and information, in two passes over the sorted patients.
///
/// Back in time, the risk set grows by one block of patients a time, and with it S₀ = Σ e^η and S₁ = Σ e^η x. At a
/// time with d events, whose own sums are D₀ and D₁, and for the steps f of the tie rule (Breslow: f = 1, d times;
/// Efron: f = 1/d, 2/d, … 1),
///
///     l −= log(S₀ + f D₀),   u −= (S₁ + f D₁)/(S₀ + f D₀),   I −= (S₁ + f D₁)(S₁ + f D₁)ᵀ/(S₀ + f D₀)²
///
/// with S without the events. The other part of the information, Σ (S₂ + f D₂)/(S₀ + f D₀), is one weighted sum Σ w x
/// xᵀ over the patients, whose weights w = e^η Σ 1/(S₀ + f D₀) the second pass gathers forward in time (with f in the
/// numerator at a patient's own event). So each patient costs one symmetric product and each distinct event time
/// another, whatever the ties.
///
/// With weights, S and D are sums of w e^η, the events' own terms count w each, and the terms that they share the mean w
/// of the events of the time (Therneau & Grambsch 2000, section 7.1). Late entry: `LateEntryPass`.
///
/// All sums are held relative to e^c, c following the largest η of the risk set, so that none overflows or vanishes.
struct PartialLikelihood {
    struct Point {
        var logLikelihood = 0.0
        var score: [Double]
        /// Minus the second derivatives: Σ w x xᵀ less the products of the means.
        var information: Matrix
        /// The diagonal of Σ w x xᵀ alone: what rounding errors of the information are relative to.
        var squares: [Double]

        var isFinite: Bool {
            logLikelihood.isFinite && score.allSatisfy(\.isFinite) && information.values.allSatisfy(\.isFinite)
        }
    }

    private let strata: [RiskSets]
    private let ties: CoxModel.Ties
    /// Scaled covariates of the patients in the order of the strata.
    private let rows: PackedRows

    /// Logarithms of the weights in that order, and for each stratum and time the mean weight of its events; nil when all
    /// weights are 1.
    private let logWeights: [Double]?
    private let averages: [[Double]]?
    /// Σ w x over the events.
    private let observed: PackedRows.Sum

    init(
        _ strata: [RiskSets], covariates: Matrix, scaling: CovariateScaling, ties: CoxModel.Ties,
        weights: [Double]? = nil
    ) {
        self.strata = strata
        self.ties = ties
        let rows = PackedRows(covariates, order: strata.flatMap(\.order), scaling: scaling)
        var (observed, first) = (PackedRows.Sum(rows), 0)
        for sets in strata {
            for index in 0..<sets.count {
                for position in sets.events(index) {
                    observed.add(first + position, times: weights?[sets.order[position]] ?? 1)
                }
            }
            first += sets.patients
        }
        self.rows = rows
        self.observed = observed
        logWeights = weights.map { weights in strata.flatMap { $0.order.map { log(weights[$0]) } } }
        averages = weights.map { weights in strata.map { $0.meanEventWeights(weights) } }
    }

    func evaluate(_ coefficients: [Double]) -> Point {
        var predictor = rows.products(with: coefficients)
        if let logWeights { for position in predictor.indices { predictor[position] += logWeights[position] } }
        var score = observed
        var logLikelihood = zip(coefficients, observed.values).reduce(0) { $0 + $1.0 * $1.1 }
        var squares = PackedRows.SymmetricSum(rows)
        var means = PackedRows.SymmetricSum(rows)
        var first = 0
        for (stratum, sets) in strata.enumerated() {
            let averages = averages?[stratum]
            if sets.entries == nil {
                var pass = StratumPass(
                    sets: sets, first: first, rows: rows, predictor: predictor, ties: ties, averages: averages)
                pass.goBack(&logLikelihood, &score, &means)
                pass.goForward(&squares)
            } else {
                var pass = LateEntryPass(
                    sets: sets, first: first, rows: rows, predictor: predictor, ties: ties, averages: averages)
                pass.goBack(&logLikelihood, &score, &means)
                pass.goForward(&squares)
            }
            first += sets.patients
        }
        return Point(
            logLikelihood: logLikelihood, score: score.values, information: squares.less(means),
            squares: squares.diagonal)
    }
}

extension RiskSets {
    /// For each time the mean weight of its events, 0 without any.
    func meanEventWeights(_ weights: [Double]) -> [Double] {
        (0..<count).map { index in
            events(index).reduce(0) { $0 + weights[order[$1]] } / Double(max(eventCount[index], 1))
        }
    }
}

/// The two passes over one stratum.
private struct StratumPass {
    let sets: RiskSets
    /// Where the stratum begins in `rows` and `predictor`.
    let first: Int
    let rows: PackedRows
    let predictor: [Double]
    let ties: CoxModel.Ties
    let averages: [Double]?
    /// For each time with events: c, Σ 1/(S₀ + f D₀) and Σ f/(S₀ + f D₀), both over e^-c.
    private var shifts: [Double]
    private var hazards: [Double]
    private var ownHazards: [Double]
    /// For each patient, e^(η − c) with the c of their time.
    private var relativeHazards: [Double]

    /// How far η may exceed c before the sums are rescaled: e^200 squared is still far from overflow.
    private static let headroom = 200.0

    init(
        sets: RiskSets, first: Int, rows: PackedRows, predictor: [Double], ties: CoxModel.Ties, averages: [Double]?
    ) {
        self.sets = sets
        self.first = first
        self.rows = rows
        self.predictor = predictor
        self.ties = ties
        self.averages = averages
        shifts = [Double](repeating: 0, count: sets.count)
        hazards = shifts
        ownHazards = shifts
        relativeHazards = [Double](repeating: 0, count: sets.patients)
    }

    mutating func goBack(
        _ logLikelihood: inout Double, _ score: inout PackedRows.Sum, _ means: inout PackedRows.SymmetricSum
    ) {
        var shift = -Double.infinity
        var (total, totalRow) = (0.0, PackedRows.Sum(rows))
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            let block = sets.start[index] + first..<sets.start[index + 1] + first
            let largest = predictor[block].reduce(-.infinity, max)
            if largest > shift + Self.headroom {
                let factor = exp(shift - largest)
                total *= factor
                totalRow.scale(by: factor)
                shift = largest
            }
            shifts[index] = shift
            let events = sets.eventCount[index]
            for position in block.dropFirst(events) {
                let hazard = exp(predictor[position] - shift)
                relativeHazards[position - first] = hazard
                total += hazard
                totalRow.add(position, times: hazard)
            }
            guard events > 0 else { continue }
            var (own, ownRow) = (0.0, PackedRows.Sum(rows))
            for position in block.prefix(events) {
                let hazard = exp(predictor[position] - shift)
                relativeHazards[position - first] = hazard
                own += hazard
                ownRow.add(position, times: hazard)
            }
            var sums = TieSums(total: total, own: own, events: events, ties: ties)
            if let averages { sums.scale(by: averages[index]) }
            logLikelihood -= sums.logarithms + Double(events) * (averages?[index] ?? 1) * shift
            score.add(totalRow, times: -sums.inverse)
            score.add(ownRow, times: -sums.steps)
            means.addProducts(totalRow, ownRow, sums.inverseSquare, sums.stepsSquare, sums.squaredStepsSquare)
            hazards[index] = sums.inverse
            ownHazards[index] = sums.steps
            total += own
            totalRow.add(ownRow, times: 1)
        }
    }

    func goForward(_ squares: inout PackedRows.SymmetricSum) {
        var weights = relativeHazards
        var cumulative = 0.0
        var shift = Double.infinity
        for index in 0..<sets.count {
            if cumulative > 0 { cumulative *= exp(shifts[index] - shift) }
            shift = shifts[index]
            for position in sets.events(index) { weights[position] *= cumulative + ownHazards[index] }
            cumulative += hazards[index]
            for position in sets.censored(index) { weights[position] *= cumulative }
        }
        squares.addSquares(from: first, weights: weights)
    }
}
