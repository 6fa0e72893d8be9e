/// Times at which predicted survival is kept: 0, the event times of the patients that it was learned from (of more than 100, as many
/// evenly by rank), and the ends of follow-up; increasing.
public func survivalGrid(eventTimes: some Sequence<Double>, ends: [Double]) -> [Double] {
    let most = 100
    let times = Set(eventTimes).sorted()
    let kept = times.count <= most ? times : (0..<most).map { times[$0 * (times.count - 1) / (most - 1)] }
    return Set([0] + kept + ends).sorted()
}
