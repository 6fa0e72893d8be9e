import Results

/// The Aalen-Johansen estimate of the cumulative incidence of each cause.
///
///     F_j(t) = Σ_{tₖ ≤ t} S(tₖ₋) dⱼₖ / nₖ,   S(t) = Π_{tₖ ≤ t} (1 − dₖ/nₖ)
///
/// with dⱼₖ events of cause j and dₖ of all causes among the nₖ patients whose follow-up reaches tₖ. With one cause it is
/// 1 less the Kaplan-Meier curve. A patient censored at the time of an event is at risk there; events of several
/// causes at one time are all counted against the same nₖ; nearly equal times count as one (`DistinctTimes`).
///
/// The variance is the infinitesimal jackknife, Σᵢ (∂F_j/∂wᵢ)² over the patients' case weights, as R's `survfit` of
/// several states has it (`cmprsk::cuminc` prints Aalen's, which differs by little: estimates are the same). With A
/// the derivative of −log S with respect to a patient's weight, which stays as it is once the patient has left, that
/// patient's derivative of F_j falls by A ΔF_j at each later time, so that sums of A², A U and U² over those who left,
/// and one number for those who have not, carry the whole. Intervals are made on the scale asked for, log-log that of
/// log(−log F).
///
/// O(n log n) at most, then O(n) per cause.
///
/// Source: Aalen & Johansen 1978, Scand J Statist 5:141; agrees with R's `survfit(Surv(time, factor(status)) ~ 1)`.
///
/// - Returns: a curve per cause, in the order of `causes`.
/// - Throws: `StatisticsError.noPatients`, `.invalidLevel`.
public func cumulativeIncidence(
    _ outcome: CompetingOutcome, level: Double = 0.95, interval: SurvivalInterval = .logLog
) throws -> [CumulativeIncidenceCurve] {
    guard outcome.count > 0 else { throw StatisticsError.noPatients }
    let codes = [Int](repeating: 0, count: outcome.count)
    return try curves(outcome, names: [nil], codes: codes, level: level, interval: interval)[0]
}

/// The cumulative incidence of each cause in each group, as `cumulativeIncidence(_:level:interval:)` for its patients.
///
/// Groups are ordered as numbers when every label is one, else by their characters. Nearly equal times are merged over
/// all groups, as R does.
///
/// - Parameter groups: the group of each patient.
/// - Returns: for each group, a curve per cause.
/// - Throws: also `StatisticsError.lengthsDiffer`.
public func cumulativeIncidence(
    _ outcome: CompetingOutcome, groups: [String], level: Double = 0.95, interval: SurvivalInterval = .logLog
) throws -> [[CumulativeIncidenceCurve]] {
    try StatisticsError.check(groups.count, "group labels", patients: outcome.count)
    let labels = GroupLabels(groups)
    return try curves(outcome, names: labels.names, codes: labels.codes, level: level, interval: interval)
}

private func curves(
    _ outcome: CompetingOutcome, names: [String?], codes: [Int], level: Double, interval: SurvivalInterval
) throws -> [[CumulativeIncidenceCurve]] {
    let multiplier = try Distributions.normalMultiplier(level: level)
    var sizes = [Int](repeating: 0, count: names.count)
    for code in codes { sizes[code] += 1 }
    var estimates = sizes.map { AalenJohansen(patients: $0, causes: outcome.causes.count) }
    let times = DistinctTimes(outcome.time)
    var present: [Int] = []
    for index in 0..<times.count {
        for row in times.order[times.block(index)] {
            let group = codes[row]
            if !estimates[group].hasPending { present.append(group) }
            estimates[group].add(outcome.cause[row])
        }
        for group in present { estimates[group].close(time: times.time[index]) }
        present.removeAll(keepingCapacity: true)
    }
    return estimates.enumerated().map { group, estimate in
        outcome.causes.indices.map { cause in
            let (incidence, error) = (estimate.incidence[cause], estimate.standardError[cause])
            let bounds = zip(incidence, error).map { value, error in
                interval.bounds(survival: value, standardError: error / value, multiplier: multiplier)
            }
            return CumulativeIncidenceCurve(
                name: names[group], cause: outcome.causes[cause], patients: sizes[group],
                events: estimate.eventCount[cause].reduce(0, +), time: estimate.time, atRisk: estimate.atRisk,
                eventCount: estimate.eventCount[cause], censoredCount: estimate.censoredCount, incidence: incidence,
                standardError: error,
                lower: bounds.map(\.lower), upper: bounds.map(\.upper), level: level, interval: interval)
        }
    }
}

/// The estimate of one group, time by time.
private struct AalenJohansen {
    /// Sums over the patients who have left, for one cause, of their derivative U of its incidence.
    private struct Influence {
        /// Σ A U
        var product = 0.0
        /// Σ U²
        var square = 0.0
        /// U of everyone who has not left.
        var common = 0.0
    }

    private(set) var time: [Double] = []
    private(set) var atRisk: [Int] = []
    private(set) var censoredCount: [Int] = []
    /// By cause.
    private(set) var eventCount: [[Int]]
    private(set) var incidence: [[Double]]
    private(set) var standardError: [[Double]]

    private var remaining: Int
    private var pendingEvents: [Int]
    private var pending = 0
    private var survival = 1.0
    /// Σ dₖ / (nₖ (nₖ − dₖ)): what A of a patient still followed has come to, less its sign.
    private var compensator = 0.0
    /// Σ A² over the patients who have left.
    private var slopes = 0.0
    private var influence: [Influence]
    private var value: [Double]

    init(patients: Int, causes: Int) {
        remaining = patients
        eventCount = [[Int]](repeating: [], count: causes)
        incidence = [[Double]](repeating: [], count: causes)
        standardError = incidence
        pendingEvents = [Int](repeating: 0, count: causes)
        influence = [Influence](repeating: Influence(), count: causes)
        value = [Double](repeating: 0, count: causes)
    }

    var hasPending: Bool { pending > 0 }

    /// A patient whose follow-up ends at the time that is closed next.
    mutating func add(_ cause: Int?) {
        pending += 1
        if let cause { pendingEvents[cause] += 1 }
    }

    mutating func close(time: Double) {
        let events = pendingEvents.reduce(0, +)
        let censored = Double(pending - events)
        let (risk, deaths) = (Double(remaining), Double(events))
        self.time.append(time)
        atRisk.append(remaining)
        censoredCount.append(pending - events)
        // Where nobody is left, S is 0 and no later step asks for the derivative of its logarithm.
        let isLast = remaining == events
        let after = isLast ? 0 : compensator + deaths / (risk * (risk - deaths))
        let ownSlope = isLast ? 0 : 1 / (risk - deaths) - after
        for cause in value.indices {
            let own = Double(pendingEvents[cause])
            let step = survival * own / risk
            influence[cause].square += step * (step * slopes - 2 * influence[cause].product)
            influence[cause].product -= step * slopes
            influence[cause].common += compensator * step - step / risk
            let common = influence[cause].common
            let withEvent = common + survival / risk
            influence[cause].square +=
                own * withEvent * withEvent + (Double(pending) - own) * common * common
            influence[cause].product +=
                ownSlope * (own * withEvent + (deaths - own) * common) - censored * after * common
            value[cause] += step
            let left = Double(remaining - pending)
            let variance = influence[cause].square + left * common * common
            eventCount[cause].append(pendingEvents[cause])
            incidence[cause].append(min(value[cause], 1))
            standardError[cause].append(max(variance, 0).squareRoot())
            pendingEvents[cause] = 0
        }
        slopes += deaths * ownSlope * ownSlope + censored * after * after
        survival *= (risk - deaths) / risk
        compensator = after
        remaining -= pending
        pending = 0
    }
}
