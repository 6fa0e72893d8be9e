import Results

/// The mean silhouette of clusters of vectors: (b − a) / max(a, b) per vector, with a the mean Euclidean distance to
/// the others of its cluster and b that to the nearest other cluster. 1: far apart; 0: no separation.
/// A vector alone in its cluster, or with a = b = 0, counts 0.
///
/// Rousseeuw, *J. Comput. Appl. Math.* 20 (1987) 53. O(n²·d) time, O(n²) memory.
///
/// - Precondition: at least two clusters, none empty, all of one width.
func silhouette(of clusters: [Matrix]) -> Double {
    precondition(clusters.count >= 2 && clusters.allSatisfy { $0.rows > 0 }, "a silhouette needs two clusters")
    let labels = clusters.indices.flatMap { [Int](repeating: $0, count: clusters[$0].rows) }
    let all = Matrix(rows: labels.count, columns: clusters[0].columns, values: clusters.flatMap(\.values))
    let squared = all.squaredDistances
    var total = 0.0
    for i in labels.indices {
        var sums = [Double](repeating: 0, count: clusters.count)
        for j in labels.indices { sums[labels[j]] += squared[i, j].squareRoot() }
        let own = labels[i]
        guard clusters[own].rows > 1 else { continue }
        let within = sums[own] / Double(clusters[own].rows - 1)
        let nearest = clusters.indices.lazy.filter { $0 != own }.map { sums[$0] / Double(clusters[$0].rows) }.min()!
        let larger = max(within, nearest)
        if larger > 0 { total += (nearest - within) / larger }
    }
    return total / Double(labels.count)
}
