import Foundation

/// Why Fisher's exact test gave no p.
public enum FisherError: LocalizedError, Equatable {
    /// More intermediate states than the test may keep, or more ways to fill one column.
    case tooManyTables(limit: Int)

    public var errorDescription: String? {
        switch self {
        case .tooManyTables(let limit): "the exact test would have to follow more than \(limit) partial tables"
        }
    }
}

extension ContingencyTable {
    /// Partial tables that the exact test may hold at once; about 200 MB.
    public static let mostPartialTables = 2_000_000

    /// Fisher's exact test, two-sided: the probability, margins given, of all tables that are at most as likely as this
    /// one, up to a share of 10⁻⁷ (R's rule).
    ///
    /// Two by two is a sum over the one free cell, O(n). Larger tables are filled column by column (the network of Mehta
    /// & Patel 1983, JASA 78:427). A node of the network is what is still to be placed of each row, in any order of the
    /// rows, with the probabilities with which partial tables reach it. A partial table all of whose completions count
    /// is added as a whole, since their sum is known, n! / (Π rᵢ! Π cⱼ!); one none of whose completions counts is
    /// dropped. The bounds on completions place each row, or each column, evenly at best and all in one cell at worst.
    ///
    /// - Parameters:
    ///   - limit: how many partial tables may be held at once, and how many ways to fill a column followed from one.
    ///   - checkpoint: called now and then with the share of columns done; what it throws ends the test.
    /// - Throws: `FisherError.tooManyTables`.
    public func fisher(
        limit: Int = mostPartialTables, checkpoint: (Double) throws -> Void = { _ in }
    ) throws -> Double {
        guard let table = used else { return 1 }
        if table.rowSums.count == 2, table.columnSums.count == 2 {
            return TwoByTwo(table.counts).twoSidedP
        }
        return try FisherNetwork(table).p(limit: limit, checkpoint: checkpoint)
    }
}

/// The network of a table with fixed margins.
private struct FisherNetwork {
    /// Few rows, many columns: the columns are the stages. Large columns come first.
    private let rows: [Int]
    private let columns: [Int]
    /// log Π 1/x! of the table seen.
    private let seen: Double
    private let logFactorials: [Double]

    /// Partial tables that reach a node: log Π 1/x! of each, and how many there are of that.
    private typealias Pasts = [Int: (logProduct: Double, count: Double)]

    init(_ table: ContingencyTable) {
        let isWide = table.rowSums.count <= table.columnSums.count
        rows = (isWide ? table.rowSums : table.columnSums).sorted(by: >)
        columns = (isWide ? table.columnSums : table.rowSums).sorted(by: >)
        var factorials = [0.0]
        factorials.reserveCapacity(table.total + 1)
        for count in 1...table.total { factorials.append(factorials[count - 1] + log(Double(count))) }
        logFactorials = factorials
        seen = -table.counts.joined().reduce(0) { $0 + factorials[$1] }
    }

    func p(limit: Int, checkpoint: (Double) throws -> Void) throws -> Double {
        // Relative to all tables, Σ Π 1/x! = n! / (Π rᵢ! Π cⱼ!).
        let whole = logTotal(rows, columns[...])
        let threshold = seen + log1p(1e-7)
        var p = 0.0
        var nodes: [[Int]: Pasts] = [rows: [0: (0, 1)]]
        for stage in columns.indices.dropLast() {
            let rest = columns[(stage + 1)...]
            var following: [[Int]: Pasts] = [:]
            var (held, steps) = (0, 0)
            for (node, pasts) in nodes {
                guard ways(toTake: columns[stage], from: node) <= Double(limit) else {
                    throw FisherError.tooManyTables(limit: limit)
                }
                // Allocations that lead to one node with one product are taken together.
                for (next, gain) in allocations(of: columns[stage], to: node) {
                    steps += 1
                    if steps % 256 == 0 { try checkpoint(Double(stage) / Double(columns.count)) }
                    let (lowest, highest) = bounds(next, rest)
                    let total = logTotal(next, rest)
                    for (_, past) in pasts {
                        let product = past.logProduct + gain.logProduct
                        let count = past.count * gain.count
                        if product + highest <= threshold {
                            p += count * exp(product + total - whole)
                        } else if product + lowest <= threshold {
                            let key = Int((product * 0x1p32).rounded())
                            if let old = following[next, default: [:]][key] {
                                following[next]![key] = (old.logProduct, old.count + count)
                            } else {
                                following[next, default: [:]][key] = (product, count)
                                held += 1
                                if held > limit { throw FisherError.tooManyTables(limit: limit) }
                            }
                        }
                    }
                }
            }
            nodes = following
        }
        // In the last column what is left is placed in the one way there is, which the bounds have judged already.
        return min(p, 1)
    }

    /// How many ways there are to take `amount` from what is left of the rows, O(rows × amount).
    private func ways(toTake amount: Int, from node: [Int]) -> Double {
        var ways = [1.0] + [Double](repeating: 0, count: amount)
        for row in node {
            // Sums of the row + 1 last ways, as one running sum.
            var sum = 0.0
            let before = ways
            for taken in 0...amount {
                sum += before[taken]
                if taken > row { sum -= before[taken - row - 1] }
                ways[taken] = sum
            }
        }
        return ways[amount]
    }

    /// The ways to take `amount` from what is left of the rows: where each leads, the log of Π 1/x!, and how many there
    /// are that do not differ in that.
    private func allocations(of amount: Int, to node: [Int]) -> [(
        next: [Int], gain: (logProduct: Double, count: Double)
    )] {
        var found: [[Int]: Pasts] = [:]
        var left = node
        let tails = node.indices.map { node[($0 + 1)...].reduce(0, +) }
        func place(_ row: Int, _ amount: Int, _ product: Double) {
            if row == node.count - 1 {
                left[row] = node[row] - amount
                let product = product - logFactorials[amount]
                let key = Int((product * 0x1p32).rounded())
                let next = left.sorted(by: >)
                let old = found[next]?[key]
                found[next, default: [:]][key] = (old?.logProduct ?? product, (old?.count ?? 0) + 1)
                return
            }
            let least = max(0, amount - tails[row])
            let most = min(amount, node[row])
            guard least <= most else { return }
            for here in least...most {
                left[row] = node[row] - here
                place(row + 1, amount - here, product - logFactorials[here])
            }
        }
        place(0, amount, 0)
        return found.flatMap { next, pasts in pasts.values.map { (next, $0) } }
    }

    /// log Σ Π 1/x! over all tables with these margins.
    private func logTotal(_ rows: [Int], _ columns: ArraySlice<Int>) -> Double {
        logFactorials[rows.reduce(0, +)] - rows.reduce(0) { $0 + logFactorials[$1] }
            - columns.reduce(0) { $0 + logFactorials[$1] }
    }

    /// What log Π 1/x! of a table with these margins lies between.
    private func bounds(_ rows: [Int], _ columns: ArraySlice<Int>) -> (lowest: Double, highest: Double) {
        if columns.count == 1 {
            let only = -rows.reduce(0) { $0 + logFactorials[$1] }
            return (only, only)
        }
        let lowest = max(
            -rows.reduce(0) { $0 + logFactorials[$1] }, -columns.reduce(0) { $0 + logFactorials[$1] })
        let highest = min(even(rows, over: columns.count), even(Array(columns), over: rows.count))
        return (lowest, highest)
    }

    /// The largest log Π 1/x! when each amount is spread over so many cells: whole numbers as equal as can be.
    private func even(_ amounts: [Int], over cells: Int) -> Double {
        -amounts.reduce(0) { sum, amount in
            let (share, rest) = amount.quotientAndRemainder(dividingBy: cells)
            return sum + Double(rest) * logFactorials[min(share + 1, amount)]
                + Double(cells - rest) * logFactorials[share]
        }
    }
}
