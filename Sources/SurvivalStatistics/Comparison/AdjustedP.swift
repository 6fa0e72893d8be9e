/// How p values of several tests are made up for their number, as R's `p.adjust`.
public enum Adjustment: String, Sendable, CaseIterable {
    /// Holm 1979: holds the chance of any false finding.
    case holm
    /// Benjamini & Hochberg 1995: holds the expected share of false findings.
    case benjaminiHochberg = "bh"

    /// The adjusted p values, in the order given. O(m log m).
    public func adjust(_ p: [Double]) -> [Double] {
        let order = p.indices.sorted { (p[$0], $0) < (p[$1], $1) }
        let count = p.count
        var adjusted = p
        var bound: Double
        switch self {
        case .holm:
            bound = 0
            for (rank, index) in order.enumerated() {
                bound = max(bound, min(Double(count - rank) * p[index], 1))
                adjusted[index] = bound
            }
        case .benjaminiHochberg:
            bound = 1
            for (rank, index) in order.enumerated().reversed() {
                bound = min(bound, Double(count) / Double(rank + 1) * p[index])
                adjusted[index] = bound
            }
        }
        return adjusted
    }
}
