import Foundation

/// Two by two with fixed margins: the count a of the first cell is noncentral hypergeometric with the odds ratio ψ,
/// P(a) ∝ ψᵃ / (a! (r − a)! (c − a)! (n − r − c + a)!).
struct TwoByTwo {
    private let seen: Int
    private let lowest: Int
    /// log P up to a constant for ψ = 1, from `lowest` on.
    private let logWeights: [Double]

    init(_ counts: [[Int]]) {
        let (a, b, c, d) = (counts[0][0], counts[0][1], counts[1][0], counts[1][1])
        let (row, column, total) = (a + b, a + c, a + b + c + d)
        seen = a
        lowest = max(0, row + column - total)
        func logFactorial(_ count: Int) -> Double { lgamma(Double(count + 1)) }
        logWeights = (lowest...min(row, column)).map { x in
            let cells = [x, row - x, column - x, total - row - column + x]
            return -cells.reduce(0) { $0 + logFactorial($1) }
        }
    }

    /// The probability of all tables that are at most as likely as the one seen, up to a share of 10⁻⁷ (R's rule).
    var twoSidedP: Double {
        let largest = logWeights.max() ?? 0
        let threshold = logWeights[seen - lowest] + log1p(1e-7)
        let whole = logWeights.reduce(0) { $0 + exp($1 - largest) }
        return min(1, logWeights.filter { $0 <= threshold }.reduce(0) { $0 + exp($1 - largest) } / whole)
    }

    /// Probabilities for the logarithm of an odds ratio.
    private func probabilities(_ logOdds: Double) -> [Double] {
        let logs = logWeights.enumerated().map { $1 + Double($0) * logOdds }
        let largest = logs.max() ?? 0
        let weights = logs.map { exp($0 - largest) }
        let whole = weights.reduce(0, +)
        return weights.map { $0 / whole }
    }

    /// The odds ratio at which a function that grows with it is 0: by bisection of its logarithm.
    private func oddsRatio(where function: (Double) -> Double) -> Double {
        var (low, high) = (-50.0, 50.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if function(middle) < 0 { low = middle } else { high = middle }
        }
        return exp((low + high) / 2)
    }

    private func upperTail(_ logOdds: Double) -> Double { probabilities(logOdds)[(seen - lowest)...].reduce(0, +) }
    private func lowerTail(_ logOdds: Double) -> Double { probabilities(logOdds)[...(seen - lowest)].reduce(0, +) }

    /// The conditional maximum likelihood estimate with the interval that inverts both one-sided exact tests.
    func oddsRatio(level: Double) -> OddsRatio {
        let alpha = (1 - level) / 2
        let (isLeast, isMost) = (seen == lowest, seen == lowest + logWeights.count - 1)
        let estimate = oddsRatio { logOdds in
            probabilities(logOdds).enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
                - Double(seen - lowest)
        }
        return OddsRatio(
            estimate: isLeast ? 0 : isMost ? .infinity : estimate,
            lower: isLeast ? 0 : oddsRatio { upperTail($0) - alpha },
            upper: isMost ? .infinity : oddsRatio { alpha - lowerTail($0) }, level: level)
    }
}

/// An odds ratio of two by two with its exact interval.
public struct OddsRatio: Sendable, Equatable {
    public var estimate: Double
    public var lower: Double
    public var upper: Double
    public var level: Double
}

extension ContingencyTable {
    /// The odds of the first column in the first row over those in the second: the conditional maximum likelihood
    /// estimate, with the interval of both one-sided exact tests, as R's fisher.test; nil unless two by two.
    ///
    /// O(n), some hundred times.
    ///
    /// - Throws: `StatisticsError.invalidLevel` unless the level lies between 0 and 1.
    public func oddsRatio(level: Double) throws -> OddsRatio? {
        guard level > 0 && level < 1 else { throw StatisticsError.invalidLevel(level) }
        guard rowSums.count == 2, columnSums.count == 2, smallestExpected > 0 else { return nil }
        return TwoByTwo(counts).oddsRatio(level: level)
    }
}
