import Foundation
import Results
import Torch

/// What a network learns survival by. Both are means over patients (Cox: over events), to be made small.
public enum SurvivalLoss {
    /// Hazards in the bins of a time grid, one logit a bin.
    case discrete(TimeGrid)
    /// One log-hazard, partial likelihood with Efron's tie rule; the risk set is the batch.
    case cox

    /// Number of outputs the network must have.
    public var outputCount: Int {
        switch self {
        case .discrete(let grid): grid.binCount
        case .cox: 1
        }
    }

    /// The loss of outputs [patients, `outputCount`]; nil when the patients say nothing (Cox without an event).
    public func value(_ outputs: Tensor, _ outcome: Outcome) throws -> Tensor? {
        switch self {
        case .discrete(let grid): try discreteTimeLoss(outputs, outcome, grid)
        case .cox: try coxLoss(outputs.squeezed(1), outcome)
        }
    }
}

/// −mean of log-likelihood with hazards h_b = σ(logit_b): an event in bin b gives log h_b + Σ_{c<b} log(1 − h_c), a
/// censoring in bin b gives Σ_{c≤b} log(1 − h_c): censored in a bin means having survived it (Zadeh & Schmid 2020,
/// doi:10.1109/TPAMI.2020.2979450).
func discreteTimeLoss(_ logits: Tensor, _ outcome: Outcome, _ grid: TimeGrid) throws -> Tensor {
    let bins = grid.binCount
    // What is known of each bin: 1 where the patient died in it or lived through it, 0 where neither is known.
    var known = [Float](repeating: 0, count: outcome.count * bins)
    var died = known
    for patient in 0..<outcome.count {
        let bin = grid.bin(of: outcome.time[patient])
        for through in 0...bin { known[patient * bins + through] = 1 }
        if outcome.event[patient] { died[patient * bins + bin] = 1 }
    }
    let shape = [outcome.count, bins]
    let sum = try logits.crossEntropy(
        of: Tensor(died, shape: shape).converted(like: logits),
        weights: Tensor(known, shape: shape).converted(like: logits))
    return try sum / Double(outcome.count)
}

/// −(log partial likelihood)/(number of events), Efron 1977: the d events at one time contribute
/// Σ η_i − Σ_{l<d} log(Σ_{at risk} e^η − (l/d) Σ_{events} e^η). Computed from running log-sum-exps over patients in
/// order of falling time, so nothing overflows; O(n log n).
func coxLoss(_ logHazards: Tensor, _ outcome: Outcome) throws -> Tensor? {
    let events = outcome.eventCount
    guard events > 0 else { return nil }
    let order = (0..<outcome.count).sorted { outcome.time[$0] > outcome.time[$1] }
    // Per distinct event time: where its risk set ends in `order`; per event: its place and its time's number.
    var riskSetEnds: [Int] = []
    var eventPlaces: [Int] = []
    var timeOfEvent: [Int] = []
    var tieShares: [Float] = []
    var start = 0
    while start < order.count {
        var end = start
        while end < order.count, outcome.time[order[end]] == outcome.time[order[start]] { end += 1 }
        let deaths = (start..<end).filter { outcome.event[order[$0]] }
        if !deaths.isEmpty {
            for (number, place) in deaths.enumerated() {
                eventPlaces.append(place)
                timeOfEvent.append(riskSetEnds.count)
                tieShares.append(Float(number) / Float(deaths.count))
            }
            riskSetEnds.append(end - 1)
        }
        start = end
    }
    let sorted = try logHazards.selected(0, Tensor(indices: order))
    let riskSets = try sorted.cumulativeLogSumExp(0).selected(0, Tensor(indices: riskSetEnds))
    let timeIndices = try Tensor(indices: timeOfEvent)
    let atRisk = try riskSets.selected(0, timeIndices)
    let dying = try sorted.selected(0, Tensor(indices: eventPlaces))
    // The share of the risk set's hazard that the events of the time carry, at most 1.
    let share = try Tensor.zeros([riskSetEnds.count]).converted(like: dying)
        .addingAt(0, timeIndices, (dying - atRisk).exp())
    let ties = try Tensor(tieShares, shape: [events]).converted(like: dying)
    let denominators = try atRisk + (-(ties * share.selected(0, timeIndices))).log1p()
    return try (denominators - dying).sum() / Double(events)
}
