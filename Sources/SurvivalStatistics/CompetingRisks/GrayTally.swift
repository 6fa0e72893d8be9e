import Foundation

/// The sums of Gray's test in one stratum, forward in time.
///
/// The score of group i is a sum over groups r of integrals against the martingales of the cause and of the other
/// events, with integrands a_ir + share (c_ir(∞) − c_ir(t)) that the paper derives. Since c_ir(∞) is known at the end
/// only, three sums per pair are carried: of the products without it, with it once, and with it twice.
struct GrayTally {
    enum Kind { case censored, cause, other }

    private let count: Int
    private let rho: Double
    private(set) var observed: [Double]
    private(set) var expected: [Double]

    private var atRisk: [Int]
    private var leaving: [Int]
    private var events: [Int]
    private var others: [Int]
    /// Just before the time at hand.
    private var survival: [Double]
    private var incidence: [Double]
    private var pooledIncidence = 0.0

    /// c_ir so far, groups × groups.
    private var weights: [Double]
    /// Products without the final c, groups × groups; with it once, groups × groups; twice, by group.
    private var products: [Double]
    private var linear: [Double]
    private var quadratic: [Double]

    init(groups: Int, rho: Double) {
        count = groups
        self.rho = rho
        let zeros = [Double](repeating: 0, count: groups)
        (observed, expected, incidence, quadratic) = (zeros, zeros, zeros, zeros)
        survival = [Double](repeating: 1, count: groups)
        weights = [Double](repeating: 0, count: groups * groups)
        (products, linear) = (weights, weights)
        atRisk = [Int](repeating: 0, count: groups)
        (leaving, events, others) = (atRisk, atRisk, atRisk)
    }

    mutating func enter(group: Int) { atRisk[group] += 1 }

    mutating func leave(group: Int, _ kind: Kind) {
        leaving[group] += 1
        switch kind {
        case .censored: break
        case .cause: events[group] += 1
        case .other: others[group] += 1
        }
    }

    /// All who leave at one time have been named.
    mutating func close() {
        let total = events.reduce(0, +)
        if total + others.reduce(0, +) > 0 { addTime(events: Double(total)) }
        for group in 0..<count {
            atRisk[group] -= leaving[group]
            (leaving[group], events[group], others[group]) = (0, 0, 0)
        }
    }

    private mutating func addTime(events total: Double) {
        let present = (0..<count).filter { atRisk[$0] > 0 }
        // n_r / S_r, whose sum is what the pooled incidence is relative to, and R_r.
        let scaled = (0..<count).map { atRisk[$0] > 0 ? Double(atRisk[$0]) / survival[$0] : 0 }
        let adjusted = (0..<count).map { scaled[$0] * (1 - incidence[$0]) }
        let (sum, adjustedSum) = (scaled.reduce(0, +), adjusted.reduce(0, +))
        let before = pooledIncidence
        let now = before + total / sum
        let weight = pow(1 - before, rho)
        var after = survival
        for group in present {
            let risk = Double(atRisk[group])
            after[group] = survival[group] * (risk - Double(events[group] + others[group])) / risk
        }
        // a_ir, and the step of c_ir.
        var integrand = [Double](repeating: 0, count: count * count)
        for row in present {
            for column in present {
                let value = weight * scaled[row] * ((row == column ? 1 : 0) - scaled[column] / sum)
                integrand[row * count + column] = value
                weights[row * count + column] += value * total / (sum * (1 - before))
            }
            observed[row] += weight * Double(events[row])
            expected[row] += weight * total * adjusted[row] / adjustedSum
        }
        for group in present {
            let risk = Double(atRisk[group])
            if total > 0 {
                let share = after[group] > 0 ? 1 - (1 - now) / after[group] : 1
                let ties = total > 1 ? 1 - (total - 1) / (sum * survival[group] - 1) : 1
                add(group, share, of: integrand, variance: ties * survival[group] * total / (sum * risk))
            }
            let competing = Double(others[group])
            if competing > 0 && after[group] > 0 {
                let ties = competing > 1 ? 1 - (competing - 1) / (risk - 1) : 1
                let ratio = survival[group] / risk
                add(group, (now - 1) / after[group], of: nil, variance: ties * ratio * ratio * competing)
            }
            incidence[group] += survival[group] * Double(events[group]) / risk
        }
        survival = after
        pooledIncidence = now
    }

    /// Adds the variance of a martingale's step in one group, whose integrand for the score of group i is
    /// a_i − share c_i(t) + share c_i(final).
    private mutating func add(_ group: Int, _ share: Double, of integrand: [Double]?, variance: Double) {
        quadratic[group] += share * share * variance
        for row in 0..<count {
            let left = (integrand?[row * count + group] ?? 0) - share * weights[row * count + group]
            linear[row * count + group] += left * share * variance
            for column in 0...row {
                let right = (integrand?[column * count + group] ?? 0) - share * weights[column * count + group]
                products[row * count + column] += left * right * variance
            }
        }
    }

    /// Of the scores, groups × groups.
    var variance: [Double] {
        var result = products
        for row in 0..<count {
            for column in 0...row {
                for group in 0..<count {
                    let (a, b) = (weights[row * count + group], weights[column * count + group])
                    result[row * count + column] +=
                        a * b * quadratic[group] + a * linear[column * count + group] + b * linear[row * count + group]
                }
                result[column * count + row] = result[row * count + column]
            }
        }
        return result
    }
}
