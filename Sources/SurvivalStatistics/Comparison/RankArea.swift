/// The probability that a marked value is larger than an unmarked one, equal ones counting half (the area under the ROC
/// curve, Mann & Whitney 1947). Nil when all values are marked, or none.
///
/// - Precondition: as many marks as values. O(n log n).
public func rankArea(_ values: [Double], marked: [Bool]) -> Double? {
    precondition(values.count == marked.count, "\(values.count) values for \(marked.count) marks")
    let count = Double(marked.count { $0 })
    let others = Double(marked.count) - count
    guard count > 0, others > 0 else { return nil }
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = 0.0
    var start = 0
    while start < order.count {
        var end = start
        while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
        // Equal values share the mean of their ranks, which count from 1.
        let rank = Double(start + end + 1) / 2
        ranks += rank * Double(order[start..<end].count { marked[$0] })
        start = end
    }
    return (ranks - count * (count + 1) / 2) / (count * others)
}
