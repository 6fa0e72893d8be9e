import Foundation
import Results

/// In how many directions vectors really vary: exp(−Σ p_k log p_k) with p_k the singular values of the centred
/// vectors, divided by their sum.
///
/// From 1 (all on a line) to min(n − 1, d) (evenly in all directions); nil if all vectors are equal.
/// Directions with less than 1e-12 of the largest variance are rounding errors and do not count.
///
/// Roy & Vetterli, *EUSIPCO* 2007. O(n·d·min(n, d)) time.
func effectiveRank(of vectors: Matrix) -> Double? {
    let variances = PrincipalComponents(of: vectors, count: 0).variances
    guard let largest = variances.first, largest > 0 else { return nil }
    let singular = variances.filter { $0 > 1e-12 * largest }.map { $0.squareRoot() }
    let sum = singular.reduce(0, +)
    return exp(-singular.reduce(0) { $0 + $1 / sum * log($1 / sum) })
}
