import Foundation

/// Concordant less discordant pairs, and the ties, for Kendall's τ_b. Knight 1966, JASA 61:436: O(n log n).
struct KendallTally {
    private let count: Double
    /// Concordant less discordant pairs.
    private let difference: Double
    /// How many values are equal, for each value that is not alone.
    private let xTies: [Double]
    private let yTies: [Double]

    init(_ x: [Double], _ y: [Double]) {
        // Stable: by x, and by y where x is equal.
        let byY = ascendingOrder(y)
        let order = ascendingOrder(byY.map { x[$0] }).map { byY[$0] }
        let (xs, ys) = (order.map { x[$0] }, order.map { y[$0] })
        count = Double(x.count)
        xTies = Self.runs(xs.count) { xs[$0] == xs[$1] }
        let both = Self.runs(xs.count) { xs[$0] == xs[$1] && ys[$0] == ys[$1] }
        var sorted = ys
        let swaps = Self.sort(&sorted)
        yTies = Self.runs(sorted.count) { sorted[$0] == sorted[$1] }
        let n0 = count * (count - 1) / 2
        difference = n0 - Self.pairs(xTies) - Self.pairs(yTies) + Self.pairs(both) - 2 * swaps
    }

    var isUntied: Bool { xTies.isEmpty && yTies.isEmpty }

    var coefficient: Double {
        let n0 = count * (count - 1) / 2
        let scale = (n0 - Self.pairs(xTies)).squareRoot() * (n0 - Self.pairs(yTies)).squareRoot()
        return max(-1, min(1, difference / scale))
    }

    /// Normal, with the variance for ties.
    var normalP: Double {
        func sum(_ ties: [Double], _ term: (Double) -> Double) -> Double { ties.reduce(0) { $0 + term($1) } }
        func square(_ t: Double) -> Double { t * (t - 1) * (2 * t + 5) }
        func cube(_ t: Double) -> Double { t * (t - 1) * (t - 2) }
        let n = count
        let variance =
            (square(n) - sum(xTies, square) - sum(yTies, square)) / 18
            + 2 * Self.pairs(xTies) * 2 * Self.pairs(yTies) / (2 * n * (n - 1))
            + sum(xTies, cube) * sum(yTies, cube) / (9 * n * (n - 1) * (n - 2))
        return Distributions.normalTwoSidedTail(difference / variance.squareRoot())
    }

    /// From the number of discordant pairs of a random permutation; no ties. O(n³), for some fifty pairs.
    var exactP: Double {
        let size = Int(count)
        let discordant = Int(((count * (count - 1) / 2 - abs(difference)) / 2).rounded())
        var share = [1.0]
        for length in stride(from: 2, through: size, by: 1) {
            var next = [Double](repeating: 0, count: share.count + length - 1)
            for (inversions, value) in share.enumerated() {
                for more in 0..<length { next[inversions + more] += value / Double(length) }
            }
            share = next
        }
        return min(1, 2 * share[...discordant].reduce(0, +))
    }

    private static func pairs(_ ties: [Double]) -> Double { ties.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }

    private static func runs(_ count: Int, _ areEqual: (Int, Int) -> Bool) -> [Double] {
        var runs: [Double] = []
        var start = 0
        for place in 1...count where place == count || !areEqual(start, place) {
            if place - start > 1 { runs.append(Double(place - start)) }
            start = place
        }
        return runs
    }

    /// Sorts by merging; how many neighbours had to change places.
    private static func sort(_ values: inout [Double]) -> Double {
        var other = values
        var swaps = 0.0
        var width = 1
        while width < values.count {
            for start in stride(from: 0, to: values.count, by: 2 * width) {
                let (middle, end) = (min(start + width, values.count), min(start + 2 * width, values.count))
                var (left, right, place) = (start, middle, start)
                while left < middle || right < end {
                    if right == end || (left < middle && values[left] <= values[right]) {
                        other[place] = values[left]
                        left += 1
                    } else {
                        other[place] = values[right]
                        right += 1
                        swaps += Double(middle - left)
                    }
                    place += 1
                }
            }
            swap(&values, &other)
            width *= 2
        }
        return swaps
    }
}
