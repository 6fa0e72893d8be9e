/// The usual quantile of numbers in ascending order, linear between order statistics (R's type 7).
///
/// - Precondition: there is a number, and the probability lies between 0 and 1.
func quantile(ofSorted values: [Double], _ probability: Double) -> Double {
    let position = probability * Double(values.count - 1)
    let below = Int(position)
    guard below + 1 < values.count else { return values[values.count - 1] }
    let share = position - Double(below)
    // Not by way of a difference, which between infinities is none.
    return share == 0 ? values[below] : values[below] + share * (values[below + 1] - values[below])
}
