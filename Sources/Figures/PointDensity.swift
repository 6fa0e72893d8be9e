/// How much points that crowd should let through of each other.
enum PointDensity {
    /// An opacity for each point: the more markers cover its place, the less, from 0.9 for a point by itself to 0.2.
    ///
    /// Points are counted in cells of a marker's size; O(n).
    ///
    /// - Parameters:
    ///   - width: of a marker, in the unit of `x`.
    ///   - height: of a marker, in the unit of `y`.
    static func opacities(x: [Double], y: [Double], width: Double, height: Double) -> [Double] {
        guard let left = x.min(), let low = y.min(), width > 0, height > 0 else { return x.map { _ in 0.9 } }
        // Not beyond what fits: a page is some thousand markers wide.
        func cell(_ index: Int) -> SIMD2<Int32> {
            SIMD2(
                Int32(min(((x[index] - left) / width).rounded(.down), 1e6)),
                Int32(min(((y[index] - low) / height).rounded(.down), 1e6)))
        }
        let cells = x.indices.map(cell)
        var counts: [SIMD2<Int32>: Int] = [:]
        for cell in cells { counts[cell, default: 0] += 1 }
        var known: [SIMD2<Int32>: Double] = [:]
        for place in counts.keys {
            var crowd = 0
            for across in Int32(-1)...1 {
                for up in Int32(-1)...1 { crowd += counts[place &+ SIMD2(across, up)] ?? 0 }
            }
            // The markers over a point of the middle cell, if those of all nine were spread evenly.
            known[place] = min(max(1 / (Double(crowd) * .pi / 4 / 9).squareRoot(), 0.2), 0.9)
        }
        return cells.map { known[$0] ?? 0.9 }
    }
}
