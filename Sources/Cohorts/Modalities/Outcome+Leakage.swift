import Results

extension Outcome {
    /// Whether a column merely repeats what became of the patients: the event, its opposite, or the follow-up time in
    /// whatever unit and rounding (a correlation of at least 0.9999). Asked of 10 patients or more who have a value.
    func isRepeated(by column: Column?) -> Bool {
        guard let (own, times, events) = beside(column, fewest: 10) else { return false }
        if Set(events).count == 2, own == events || own == events.map({ 1 - $0 }) { return true }
        return correlation(own, times) >= 0.9999
    }

    /// Whether a column is so close to what became of the patients (a correlation of 0.8 or more, either way, with the
    /// time or the event) that it was hardly known at the start. Asked of 40 patients or more who have a value, among whom
    /// chance does not bring that about.
    func isClose(to column: Column?) -> Bool {
        guard let (own, times, events) = beside(column, fewest: 40) else { return false }
        return [times, events].contains { abs(correlation(own, $0)) >= 0.8 }
    }

    /// A column's numbers beside the times and the events, 1 or 0, of those who have one; nil for labels, and for fewer
    /// patients than that.
    private func beside(
        _ column: Column?, fewest: Int
    ) -> (own: [Double], times: [Double], events: [Double])? {
        guard case .numbers(let values) = column else { return nil }
        let known = values.indices.filter { !values[$0].isNaN }
        guard known.count >= fewest else { return nil }
        return (known.map { values[$0] }, known.map { time[$0] }, known.map { event[$0] ? 1 : 0 })
    }
}

/// Pearson's correlation; 0 when one side does not vary.
private func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
        xx += (a - meanX) * (a - meanX)
        yy += (b - meanY) * (b - meanY)
        xy += (a - meanX) * (b - meanY)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}
