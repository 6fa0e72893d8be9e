import Results

extension Outcome {
    /// Whether a column merely repeats what became of the patients: the event, its opposite, or the follow-up time in
    /// whatever unit and rounding (a correlation of at least 0.9999). Asked of 10 patients or more who have a value.
    func isRepeated(by column: Column?) -> Bool {
        guard case .numbers(let values) = column else { return false }
        let known = values.indices.filter { !values[$0].isNaN }
        let fewest = 10
        guard known.count >= fewest else { return false }
        let own = known.map { values[$0] }
        let events = known.map { event[$0] ? 1.0 : 0.0 }
        if Set(events).count == 2, own == events || own == events.map({ 1 - $0 }) { return true }
        return correlation(own, known.map { time[$0] }) >= 0.9999
    }
}

extension Outcome {
    /// Whether a column is so close to what became of the patients (a correlation of 0.8 or more, either way, with the
    /// time or the event) that it was hardly known at the start. Asked of 40 patients or more who have a value, among whom
    /// chance does not bring that about.
    func isClose(to column: Column?) -> Bool {
        guard case .numbers(let values) = column else { return false }
        let known = values.indices.filter { !values[$0].isNaN }
        let fewest = 40
        guard known.count >= fewest else { return false }
        let own = known.map { values[$0] }
        return [known.map { time[$0] }, known.map { event[$0] ? 1 : 0 }].contains { abs(correlation(own, $0)) >= 0.8 }
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
