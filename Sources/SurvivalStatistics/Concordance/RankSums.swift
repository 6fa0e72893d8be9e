/// Numbers as dense ranks from 0; equal numbers share one.
struct Ranks {
    let rank: [Int]
    let count: Int

    init(_ values: [Double]) {
        var rank = [Int](repeating: 0, count: values.count)
        var count = 0
        // Differs from every number.
        var previous = Double.nan
        for row in ascendingOrder(values) {
            if previous != values[row] { count += 1 }
            previous = values[row]
            rank[row] = count - 1
        }
        self.rank = rank
        self.count = count
    }
}

/// A sum for each rank, and for all below it: a Fenwick tree (Fenwick 1994, Softw. Pract. Exp. 24:327).
struct RankSums<Cell: Numeric>: ~Copyable {
    private var tree: [Cell]
    private var own: [Cell]
    private(set) var total: Cell = 0

    init(ranks: Int) {
        tree = [Cell](repeating: 0, count: ranks + 1)
        own = [Cell](repeating: 0, count: ranks)
    }

    mutating func add(_ amount: Cell, at rank: Int) {
        own[rank] += amount
        total += amount
        var node = rank + 1
        while node < tree.count {
            tree[node] += amount
            node += node & -node
        }
    }

    /// The sum of lower ranks and that of this rank.
    borrowing func sums(_ rank: Int) -> (below: Cell, equal: Cell) {
        var below: Cell = 0
        var node = rank
        while node > 0 {
            below += tree[node]
            node &= node - 1
        }
        return (below, own[rank])
    }
}
