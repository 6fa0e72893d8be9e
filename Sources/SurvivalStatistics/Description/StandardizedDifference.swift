import Foundation
import Results

/// The difference of two groups' means in units of their spread, which does not grow with the number of patients:
///
///     d = (x̄₂ − x̄₁) / √((s₁² + s₂²) / 2)
///
/// Nil when a group has fewer than two values or neither has a spread. O(n).
///
/// Source: Austin 2009, Stat Med 28:3083.
public func standardizedDifference(_ first: [Double], _ second: [Double]) -> Double? {
    let (a, b) = (Moments(first), Moments(second))
    let spread = ((a.variance + b.variance) / 2).squareRoot()
    guard spread > 0 else { return nil }
    return (b.mean - a.mean) / spread
}

/// The same of a variable with categories: the Mahalanobis distance of the shares of all categories but the first,
///
///     d = √((p₂ − p₁)ᵀ S⁻¹ (p₂ − p₁)),   S = (S₁ + S₂) / 2,   S_g = diag(p_g) − p_g p_gᵀ
///
/// Categories that nobody has are left out. Not negative; nil when a group is empty or one category is all there is.
/// O(k³) in the categories.
///
/// Source: Yang & Dalton 2012, SAS Global Forum 335.
///
/// - Parameters: counts of the same categories.
public func standardizedDifference(counts first: [Int], _ second: [Int]) -> Double? {
    let used = first.indices.filter { first[$0] + second[$0] > 0 }
    let totals = (first.reduce(0, +), second.reduce(0, +))
    guard totals.0 > 0, totals.1 > 0, used.count > 1 else { return nil }
    let kept = used.dropFirst()
    let a = kept.map { Double(first[$0]) / Double(totals.0) }
    let b = kept.map { Double(second[$0]) / Double(totals.1) }
    let size = kept.count
    var spread = Matrix(rows: size, columns: size, values: [Double](repeating: 0, count: size * size))
    for row in 0..<size {
        for column in 0..<size {
            let diagonal = row == column ? a[row] + b[row] : 0
            spread[row, column] = (diagonal - a[row] * a[column] - b[row] * b[column]) / 2
        }
    }
    let difference = zip(a, b).map { $1 - $0 }
    let factors = Factorization(spread, tolerance: 1e-12)
    guard factors.dependentColumns.isEmpty else { return nil }
    return zip(difference, factors.solve(difference)).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
}
