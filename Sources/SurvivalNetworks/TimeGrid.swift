import Foundation
import Results

/// The bins of discrete time: b = (e_{b−1}, e_b], with e_0 = 0.
///
/// Inner edges are quantiles of the training patients' event times, equal ones merged; the last edge is their longest
/// follow-up. Later times belong to the last bin, time 0 to the first.
public struct TimeGrid: Sendable, Equatable {
    /// Upper edges of the bins, increasing.
    public let edges: [Double]

    public var binCount: Int { edges.count }

    /// - Throws: `PreparationError.noTrainingEvents`.
    public init(fitting outcome: Outcome, bins: Int) throws {
        precondition(bins >= 1, "\(bins) bins")
        let times = zip(outcome.time, outcome.event).filter(\.1).map(\.0).sorted()
        guard !times.isEmpty, let last = outcome.time.max() else { throw PreparationError.noTrainingEvents }
        var edges: [Double] = []
        for cut in 1..<max(bins, 1) {
            // The usual quantile, linear between order statistics.
            let position = Double(cut) / Double(bins) * Double(times.count - 1)
            let below = Int(position)
            let above = min(below + 1, times.count - 1)
            let edge = times[below] + (position - Double(below)) * (times[above] - times[below])
            if edge > (edges.last ?? 0), edge < last { edges.append(edge) }
        }
        self.edges = edges + [last]
    }

    /// The bin of a time, from 0.
    public func bin(of time: Double) -> Int {
        min(edges.firstIndex { time <= $0 } ?? edges.count - 1, edges.count - 1)
    }

    /// Survival at `time`, from survival at the edges: the hazard is constant within a bin, so log S is linear. Beyond
    /// the last edge the value there is kept.
    public func survival(at time: Double, edgeValues: some RandomAccessCollection<Double>) -> Double {
        guard time > 0, let last = edges.last else { return 1 }
        guard time < last else { return edgeValues[edgeValues.index(edgeValues.startIndex, offsetBy: binCount - 1)] }
        let bin = bin(of: time)
        func value(_ edge: Int) -> Double {
            edge < 0 ? 1 : edgeValues[edgeValues.index(edgeValues.startIndex, offsetBy: edge)]
        }
        let (before, after) = (value(bin - 1), value(bin))
        guard after > 0 else { return before * 0 }
        let start = bin == 0 ? 0 : edges[bin - 1]
        let share = (time - start) / (edges[bin] - start)
        return before * pow(after / before, share)
    }
}
