import Foundation
import Results

/// The two passes of `PartialLikelihood` over one stratum whose patients come under observation late.
///
/// Back in time they leave the risk set again at their entry; forward, each is exposed to the hazards since then only.
struct LateEntryPass {
    private let sets: RiskSets
    /// Where the stratum begins in `rows` and `predictor`.
    private let first: Int
    private let rows: PackedRows
    private let predictor: [Double]
    private let ties: CoxModel.Ties
    private let averages: [Double]?
    private let segments: RiskSegments
    /// For each time with events Σ 1/(S₀ + f D₀) and Σ f/(S₀ + f D₀), both over e^-shift.
    private var hazards: [Double]
    private var ownHazards: [Double]

    /// - Parameters:
    ///   - predictor: logarithms of the patients' hazards, weights included.
    ///   - averages: the mean weight of the events at each time; nil when each is 1.
    init(
        sets: RiskSets, first: Int, rows: PackedRows, predictor: [Double], ties: CoxModel.Ties, averages: [Double]?
    ) {
        self.sets = sets
        self.first = first
        self.rows = rows
        self.predictor = predictor
        self.ties = ties
        self.averages = averages
        segments = RiskSegments(sets, predictor: predictor, first: first)
        hazards = [Double](repeating: 0, count: sets.count)
        ownHazards = hazards
    }

    mutating func goBack(
        _ logLikelihood: inout Double, _ score: inout PackedRows.Sum, _ means: inout PackedRows.SymmetricSum
    ) {
        var (shift, total, totalRow) = (0.0, 0.0, PackedRows.Sum(rows))
        var (hazards, ownHazards) = (hazards, ownHazards)
        func change(_ position: Int, _ sign: Double) {
            let hazard = sign * exp(predictor[first + position] - shift)
            total += hazard
            totalRow.add(first + position, times: hazard)
        }
        segments.goBack(
            begin: { (shift, total, totalRow) = ($0, 0, PackedRows.Sum(rows)) }, change: change
        ) { index in
            for position in sets.censored(index) { change(position, 1) }
            let events = sets.eventCount[index]
            guard events > 0 else { return }
            var (own, ownRow) = (0.0, PackedRows.Sum(rows))
            for position in sets.events(index) {
                let hazard = exp(predictor[first + position] - shift)
                own += hazard
                ownRow.add(first + position, times: hazard)
            }
            var sums = TieSums(total: total, own: own, events: events, ties: ties)
            let average = averages?[index] ?? 1
            sums.scale(by: average)
            logLikelihood -= sums.logarithms + Double(events) * average * shift
            score.add(totalRow, times: -sums.inverse)
            score.add(ownRow, times: -sums.steps)
            means.addProducts(totalRow, ownRow, sums.inverseSquare, sums.stepsSquare, sums.squaredStepsSquare)
            hazards[index] = sums.inverse
            ownHazards[index] = sums.steps
            total += own
            totalRow.add(ownRow, times: 1)
        }
        (self.hazards, self.ownHazards) = (hazards, ownHazards)
    }

    func goForward(_ squares: inout PackedRows.SymmetricSum) {
        var weights = [Double](repeating: 0, count: sets.patients)
        var atEntry = weights
        var (shift, cumulative) = (0.0, 0.0)
        func expose(_ position: Int, _ own: Double) {
            weights[position] += exp(predictor[first + position] - shift) * (cumulative - atEntry[position] + own)
        }
        segments.goForward(
            begin: { (shift, cumulative) = ($0, 0) }, enter: { atEntry[$0] = cumulative },
            reach: { index in
                for position in sets.events(index) { expose(position, ownHazards[index]) }
                cumulative += hazards[index]
                for position in sets.censored(index) { expose(position, 0) }
            },
            leave: { position in
                expose(position, 0)
                atEntry[position] = 0
            })
        squares.addSquares(from: first, weights: weights)
    }
}
