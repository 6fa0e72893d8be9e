import Foundation

/// Runs of the times of a stratum, each with one e^shift that sums over its risk sets are held relative to.
///
/// A new run begins, back in time, where a hazard would be too large for the sums. With late entries, patients are also
/// taken out of the sums again, and what was small beside them would be lost; so a new run, whose sums are made afresh,
/// begins as well where the sum of hazards has fallen to a small part of what it was. Sums over time are made run by run
/// too, so that a patient's exposure is no difference of large numbers. Runs are few: each costs O(n), and the sum has to
/// change ten thousandfold for one.
struct RiskSegments {
    struct Segment {
        let times: ClosedRange<Int>
        let shift: Double
    }

    private let sets: RiskSets
    /// Ascending in time.
    private var segments: [Segment] = []

    /// How far the logarithm of a hazard may exceed the shift: e^200 squared is still far from overflow.
    private static let headroom = 200.0
    /// The relative error of a sum is that of its largest value over this.
    private static let smallest = 1e-4

    /// - Parameters:
    ///   - predictor: the logarithm of each patient's hazard, weights included, in the order of the sets.
    ///   - first: where the patients of the sets begin in it.
    init(_ sets: RiskSets, predictor: [Double], first: Int = 0) {
        self.sets = sets
        var (shift, total, peak) = (-Double.infinity, 0.0, 0.0)
        var last = sets.count - 1
        for index in stride(from: sets.count - 1, through: 0, by: -1) {
            if index + 1 < sets.count {
                for position in sets.entering(index + 1) { total -= exp(predictor[first + position] - shift) }
            }
            let block = sets.start[index]..<sets.start[index + 1]
            let largest = block.reduce(-.infinity) { max($0, predictor[first + $1]) }
            let isTooLarge = largest > shift + Self.headroom
            if !isTooLarge { for position in block { total += exp(predictor[first + position] - shift) } }
            if isTooLarge || sets.eventCount[index] > 0 && total < Self.smallest * peak {
                if index < last { segments.append(Segment(times: index + 1...last, shift: shift)) }
                last = index
                shift = largest
                sets.forEachAtRisk(beyond: index) { shift = max(shift, predictor[first + $0]) }
                (total, peak) = (0, 0)
                for position in block { total += exp(predictor[first + position] - shift) }
                sets.forEachAtRisk(beyond: index) { total += exp(predictor[first + $0] - shift) }
            }
            peak = max(peak, total)
        }
        if sets.count > 0 { segments.append(Segment(times: 0...last, shift: shift)) }
        segments.reverse()
    }

    /// Back in time: `begin` a run with empty sums, `change` them by a patient who is at risk beyond the next time (1) or
    /// not yet at risk at it (−1), `reach` the times one by one. The patients of a time itself are for `reach` to add.
    func goBack(begin: (_ shift: Double) -> Void, change: (Int, Double) -> Void, reach: (Int) -> Void) {
        for segment in segments.reversed() {
            begin(segment.shift)
            sets.forEachAtRisk(beyond: segment.times.upperBound) { change($0, 1) }
            for index in segment.times.reversed() {
                if index < segment.times.upperBound {
                    for position in sets.entering(index + 1) { change(position, -1) }
                }
                reach(index)
            }
        }
    }

    /// Forward in time: `begin` a run with empty sums, let those `enter` who come under observation, `reach` the times
    /// one by one, and at the end of a run `leave` its sums with those who are at risk beyond it.
    func goForward(
        begin: (_ shift: Double) -> Void, enter: (Int) -> Void, reach: (Int) -> Void, leave: (Int) -> Void
    ) {
        for segment in segments {
            begin(segment.shift)
            for index in segment.times {
                for position in sets.entering(index) { enter(position) }
                reach(index)
            }
            sets.forEachAtRisk(beyond: segment.times.upperBound, leave)
        }
    }
}
