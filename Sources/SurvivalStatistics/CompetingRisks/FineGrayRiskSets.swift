import Results

/// The patients in ascending order of time, with the estimate of remaining uncensored.
struct FineGrayRiskSets {
    /// What ended a patient's follow-up.
    enum Ending { case censored, cause, other }

    /// Rows of the outcome; `order[start[k]..<start[k + 1]]` are those of the k-th distinct time.
    let order: [Int]
    let start: [Int]
    /// In that order.
    let ending: [Ending]
    /// For each distinct time: events of the cause, patients censored, and G just before it, the Kaplan-Meier estimate
    /// of remaining uncensored, in which events of any cause are at risk at their own time.
    private(set) var events: [Int] = []
    private(set) var censored: [Int] = []
    private(set) var uncensored: [Double] = []

    var count: Int { events.count }

    init(_ outcome: CompetingOutcome, cause: Int) {
        let times = DistinctTimes(outcome.time)
        order = times.order
        start = times.start
        ending = times.order.map { row in
            outcome.cause[row].map { $0 == cause ? .cause : .other } ?? .censored
        }
        var remaining = 1.0
        for index in 0..<times.count {
            let block = ending[times.block(index)]
            events.append(block.reduce(0) { $0 + ($1 == .cause ? 1 : 0) })
            censored.append(block.reduce(0) { $0 + ($1 == .censored ? 1 : 0) })
            uncensored.append(remaining)
            let atRisk = Double(order.count - start[index])
            remaining *= (atRisk - Double(censored[index])) / atRisk
        }
    }

    /// The positions in `order` of the patients of a distinct time.
    func block(_ index: Int) -> Range<Int> { start[index]..<start[index + 1] }

    /// Patients whose follow-up reaches a distinct time.
    func atRisk(_ index: Int) -> Int { order.count - start[index] }
}
