import Results

/// How well the vector of a patient in one modality finds the same patient's in another, by cosine similarity.
///
/// The rank of a patient is 1 + the targets more similar than the right one; ties count as if broken at random, so that
/// vectors which are all equal retrieve at chance level. The cosine with a zero vector is 0. O(n²·d) time.
struct Retrieval {
    let count: Int
    /// For each query, how many targets are more similar than the right one, and how many others just as similar.
    private var ahead: [(better: Int, equal: Int)] = []

    /// - Precondition: row *i* of both is the same patient; as many columns in both.
    init(queries: Matrix, targets: Matrix) {
        precondition(
            queries.rows == targets.rows && queries.columns == targets.columns, "queries and targets differ in size")
        count = queries.rows
        let unitQueries = queries.unitRows
        let unitTargets = targets.unitRows
        for i in 0..<count {
            let query = unitQueries[row: i]
            let right = dot(query, unitTargets[row: i])
            var (better, equal) = (0, 0)
            for j in 0..<count where j != i {
                let other = dot(query, unitTargets[row: j])
                if other > right + Self.resolution {
                    better += 1
                } else if other >= right - Self.resolution {
                    equal += 1
                }
            }
            ahead.append((better, equal))
        }
    }

    /// Similarities nearer than this are rounding errors apart.
    private static let resolution = 1e-12

    /// The fraction of queries whose target is among the first `k`.
    func recall(at k: Int) -> Double {
        ahead.reduce(0) { $0 + min(1, max(0, Double(k - $1.better) / Double($1.equal + 1))) } / Double(count)
    }

    func chanceRecall(at k: Int) -> Double { min(1, Double(k) / Double(count)) }

    var medianRank: Double {
        let ranks = ahead.map { 1 + Double($0.better) + Double($0.equal) / 2 }.sorted()
        return (ranks[(count - 1) / 2] + ranks[count / 2]) / 2
    }

    var chanceMedianRank: Double { Double(count + 1) / 2 }
}

extension Matrix {
    /// Each row divided by its Euclidean length; zero rows stay zero.
    fileprivate var unitRows: Matrix {
        var result = self
        for i in 0..<rows {
            let length = dot(self[row: i], self[row: i]).squareRoot()
            guard length > 0 else { continue }
            for j in 0..<columns { result[i, j] /= length }
        }
        return result
    }
}
