import Results

/// How well a risk tells those who have had the event by a time from those who have not.
public struct DynamicAUC: Sendable, Equatable {
    /// Increasing.
    public var time: [Double]
    /// Area under the ROC curve at each time: 1 is perfect, 0.5 is chance.
    public var auc: [Double]
    /// Mean over the times, each weighted by the fall of the Kaplan-Meier curve since the time before it.
    public var mean: Double
}

/// The cumulative/dynamic area under the ROC curve of a risk, with weights that make up for censoring.
///
///     AUC(t) = Σᵢ Σⱼ wᵢ (1[rᵢ > rⱼ] + ½ 1[rᵢ = rⱼ]) / Σᵢ Σⱼ wᵢ,   wᵢ = 1/G(Tᵢ−)
///
/// over the cases i with the event at or before t and the controls j followed beyond t; a higher risk means an earlier
/// event. G is the Kaplan-Meier estimate of the censoring distribution in the same patients, taken just before an event
/// (scikit-survival: at it, so that the two differ when a censoring falls on the time of an event). Nearly equal
/// follow-up times count as one. O(n log n + n times).
///
/// Source: Uno et al. 2007, JASA 102:527; Hung & Chiang 2010, Can J Stat 38:8; the mean is that of Lambert & Chevret
/// 2016, Stat Methods Med Res 25:2088.
///
/// - Parameters:
///   - risk: one number per patient.
///   - times: increasing, not before the first event, and below the last follow-up time.
/// - Throws: `StatisticsError`: `.lengthsDiffer`, `.noPatients`, `.noEvents`, `.notANumber` (a NaN risk),
///   `.timesNotIncreasing`, `.evaluationTime` and `.noCases` (which name the usable range).
public func dynamicAUC(_ outcome: Outcome, risk: [Double], times: [Double]) throws -> DynamicAUC {
    try StatisticsError.check(risk.count, "risks", patients: outcome.count)
    if let row = risk.firstIndex(where: \.isNaN) { throw StatisticsError.notANumber(what: "the risk", row: row) }
    try outcome.refuseEntry("the dynamic AUC")
    let sets = RiskSets(outcome, times: DistinctTimes(outcome.time))
    let passed = try sets.passed(by: times)
    guard let firstEvent = sets.eventCount.firstIndex(where: { $0 > 0 }) else { throw StatisticsError.noEvents }
    guard passed[0] > firstEvent else { throw StatisticsError.noCases(times[0], first: sets.time[firstEvent]) }

    let patients = RankedPatients(sets, risk: risk)
    let auc = passed.map { patients.area(passed: $0) }
    var (survival, current) = ([1.0], 1.0)
    for index in 0..<sets.count {
        let atRisk = Double(sets.patients - sets.start[index])
        current *= (atRisk - Double(sets.eventCount[index])) / atRisk
        survival.append(current)
    }
    var (sum, before) = (0.0, 1.0)
    for (area, passed) in zip(auc, passed) {
        sum += area * (before - survival[passed])
        before = survival[passed]
    }
    return DynamicAUC(time: times, auc: auc, mean: sum / (1 - before))
}

/// The patients in ascending order of risk.
private struct RankedPatients {
    /// The rank of each one's risk, equal risks sharing one.
    private var rank: [Int] = []
    /// The place of each one's time among the distinct times.
    private var place: [Int] = []
    /// What each one counts as a case; 0 when censored.
    private var weight: [Double] = []

    init(_ sets: RiskSets, risk: [Double]) {
        let censoring = CensoringDistribution(sets)
        var places = [Int](repeating: 0, count: sets.patients)
        var weights = [Double](repeating: 0, count: sets.patients)
        for index in 0..<sets.count {
            for position in sets.start[index]..<sets.start[index + 1] { places[position] = index }
            for position in sets.events(index) { weights[position] = 1 / censoring.before[index] }
        }
        let risks = sets.order.map { risk[$0] }
        let order = ascendingOrder(risks)
        place = order.map { places[$0] }
        weight = order.map { weights[$0] }
        for (position, patient) in order.enumerated() {
            let isTied = position > 0 && risks[order[position - 1]] == risks[patient]
            rank.append(isTied ? rank[position - 1] : position)
        }
    }

    /// The area when so many of the distinct times have passed.
    func area(passed: Int) -> Double {
        var (won, cases) = (0.0, 0.0)
        var (below, tiedControls, tiedCases) = (0.0, 0.0, 0.0)
        var current = 0
        for position in rank.indices {
            if rank[position] != current {
                won += tiedCases * (below + tiedControls / 2)
                cases += tiedCases
                below += tiedControls
                (tiedControls, tiedCases, current) = (0, 0, rank[position])
            }
            if place[position] < passed { tiedCases += weight[position] } else { tiedControls += 1 }
        }
        won += tiedCases * (below + tiedControls / 2)
        return won / ((cases + tiedCases) * (below + tiedControls))
    }
}
