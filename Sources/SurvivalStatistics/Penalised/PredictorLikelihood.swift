import Foundation

/// The log partial likelihood as a function of the patients' linear predictors η, with its gradient and with the
/// product of its second derivatives and a vector, each in O(n).
///
/// The matrix of second derivatives, n × n, is never formed. For one event time with the weights
/// pᵢ = e^ηᵢ / Σ e^ηⱼ of those at risk it is p pᵀ − diag(p), so its product with v needs the weighted mean of v in each
/// risk set: one pass back in time gathers the means, one forward adds up what each patient gets of them. Under
/// Efron's rule there is one such matrix per step, and `TieSums` has what is summed over the steps.
///
/// All sums are held relative to e^c, c following the largest η of the risk set, so that none overflows.
struct PredictorLikelihood {
    /// Events of one time, and those at risk then who are not at risk at the next event time of the stratum and have no
    /// event now.
    fileprivate struct Group {
        let events: Range<Int>
        let leaving: Range<Int>
        let isLastOfStratum: Bool
    }

    /// Rows of the outcome; the strata one after the other, each in ascending order of time, events before censored.
    let order: [Int]
    let ties: CoxModel.Ties
    /// The largest value that ℓ can take: that of a model which gives all hazard to whoever has the event.
    let saturated: Double
    private let groups: [Group]

    init(_ strata: [RiskSets], ties: CoxModel.Ties) {
        var (order, groups, saturated) = ([Int](), [Group](), 0.0)
        for sets in strata {
            let first = order.count
            order += sets.order
            let eventful = (0..<sets.count).filter { sets.eventCount[$0] > 0 }
            for (place, index) in eventful.enumerated() {
                let isLast = place == eventful.count - 1
                let events = sets.events(index)
                let end = isLast ? sets.patients : sets.start[eventful[place + 1]]
                groups.append(
                    Group(
                        events: events.lowerBound + first..<events.upperBound + first,
                        leaving: events.upperBound + first..<end + first, isLastOfStratum: isLast))
                let count = Double(events.count)
                saturated -= ties == .breslow ? count * log(count) : lgamma(count + 1)
            }
        }
        self.order = order
        self.groups = groups
        self.ties = ties
        self.saturated = saturated
    }

    /// The likelihood at one η.
    struct Point {
        fileprivate(set) var logLikelihood = 0.0
        /// ∂ℓ/∂η: the event less the hazard accumulated, in the order of the likelihood.
        fileprivate(set) var residual: [Double]
        /// e^(η − c), c that of the patient's group.
        fileprivate var weight: [Double]
        /// The hazard that each patient has accumulated.
        fileprivate var hazard: [Double]
        fileprivate var sums: [TieSums] = []
        /// e^c of the next group over e^c of this one, where both are of one stratum.
        fileprivate var rescaling: [Double]
        fileprivate let groups: [Group]

        fileprivate init(patients: Int, groups: [Group]) {
            residual = [Double](repeating: 0, count: patients)
            weight = residual
            hazard = residual
            rescaling = [Double](repeating: 1, count: groups.count)
            self.groups = groups
        }

        /// −(∂²ℓ/∂η²) v. O(n).
        func curvature(times v: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
            var first = [Double](repeating: 0, count: groups.count)
            var own = first
            var total = 0.0
            weight.withUnsafeBufferPointer { weight in
                for index in groups.indices.reversed() {
                    let group = groups[index]
                    total = group.isLastOfStratum ? 0 : total * rescaling[index]
                    for position in group.leaving { total += weight[position] * v[position] }
                    var events = 0.0
                    for position in group.events { events += weight[position] * v[position] }
                    let sums = sums[index]
                    first[index] = total * sums.inverseSquare + events * sums.stepsSquare
                    own[index] = total * sums.stepsSquare + events * sums.squaredStepsSquare
                    total += events
                }
                hazard.withUnsafeBufferPointer { hazard in
                    for position in hazard.indices { result[position] = hazard[position] * v[position] }
                }
                var cumulative = 0.0
                var begins = true
                for index in groups.indices {
                    let group = groups[index]
                    cumulative = begins ? 0 : cumulative * rescaling[index - 1]
                    let atEvent = cumulative + own[index]
                    for position in group.events { result[position] -= weight[position] * atEvent }
                    cumulative += first[index]
                    for position in group.leaving { result[position] -= weight[position] * cumulative }
                    begins = group.isLastOfStratum
                }
            }
        }
    }

    /// How far η may exceed c before the sums are rescaled: e^200 squared is still far from overflow.
    private static let headroom = 200.0

    /// - Parameter predictor: η in the order of the likelihood, finite.
    func evaluate(_ predictor: [Double]) -> Point {
        var point = Point(patients: order.count, groups: groups)
        var sums: [TieSums] = []
        sums.reserveCapacity(groups.count)
        var (shift, total) = (-Double.infinity, 0.0)
        for index in groups.indices.reversed() {
            let group = groups[index]
            if group.isLastOfStratum { (shift, total) = (-.infinity, 0) }
            var largest = -Double.infinity
            for position in group.events.lowerBound..<group.leaving.upperBound {
                largest = max(largest, predictor[position])
            }
            if largest > shift + Self.headroom {
                let factor = exp(shift - largest)
                total *= factor
                point.rescaling[index] = factor
                shift = largest
            }
            for position in group.leaving {
                let hazard = exp(predictor[position] - shift)
                point.weight[position] = hazard
                total += hazard
            }
            var own = 0.0
            for position in group.events {
                let hazard = exp(predictor[position] - shift)
                point.weight[position] = hazard
                own += hazard
                point.logLikelihood += predictor[position]
            }
            let step = TieSums(total: total, own: own, events: group.events.count, ties: ties)
            sums.append(step)
            point.logLikelihood -= step.logarithms + Double(group.events.count) * shift
            total += own
        }
        sums.reverse()
        point.sums = sums
        var cumulative = 0.0
        var begins = true
        for index in groups.indices {
            let group = groups[index]
            cumulative = begins ? 0 : cumulative * point.rescaling[index - 1]
            for position in group.events {
                point.hazard[position] = point.weight[position] * (cumulative + sums[index].steps)
                point.residual[position] = 1 - point.hazard[position]
            }
            cumulative += sums[index].inverse
            for position in group.leaving {
                point.hazard[position] = point.weight[position] * cumulative
                point.residual[position] = -point.hazard[position]
            }
            begins = group.isLastOfStratum
        }
        return point
    }
}
