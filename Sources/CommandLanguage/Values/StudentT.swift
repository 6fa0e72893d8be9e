import Foundation

/// Half the width of the 95% confidence interval of the mean: t · sd/√n with n − 1 degrees of freedom. NaN for fewer than
/// two values.
func halfWidthOfMean(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    return studentQuantile(0.975, degrees: values.count - 1) * standardDeviation(values)
        / Double(values.count).squareRoot()
}

/// The value below which Student's t lies with probability `p`, by bisection; for p from 0.5 to 0.9999.
func studentQuantile(_ p: Double, degrees: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    while studentProbability(high, degrees: degrees) < p { high *= 2 }
    for _ in 0..<200 {
        let middle = (low + high) / 2
        if studentProbability(middle, degrees: degrees) < p { low = middle } else { high = middle }
    }
    return (low + high) / 2
}

/// P(T ≤ t) for t ≥ 0 with a whole number of degrees of freedom, by the finite series of Abramowitz & Stegun 26.7.3 and
/// 26.7.4. O(degrees) time.
private func studentProbability(_ t: Double, degrees: Int) -> Double {
    let angle = atan(t / Double(degrees).squareRoot())
    let (sine, square) = (sin(angle), cos(angle) * cos(angle))
    var sum: Double
    if degrees % 2 == 1 {
        var term = cos(angle)
        sum = degrees == 1 ? 0 : term
        for k in stride(from: 3, to: degrees, by: 2) {
            term *= square * Double(k - 1) / Double(k)
            sum += term
        }
        sum = 2 / .pi * (angle + sine * sum)
    } else {
        var term = 1.0
        sum = term
        for k in stride(from: 2, to: degrees, by: 2) {
            term *= square * Double(k - 1) / Double(k)
            sum += term
        }
        sum *= sine
    }
    // `sum` is P(|T| ≤ t).
    return (1 + sum) / 2
}
