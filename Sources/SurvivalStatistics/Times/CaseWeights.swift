import Foundation
import Results

/// Why weights of patients cannot be used.
public enum CaseWeightError: LocalizedError, Equatable {
    /// The row counts from 0.
    case invalid(Double, row: Int)
    case notPositive(Double, row: Int)
    case allZero

    public var errorDescription: String? {
        switch self {
        case .invalid(let weight, let row):
            "the weight of patient \(row + 1) is \(shortest(weight)); a weight is finite and not negative"
        case .notPositive(let weight, let row):
            "the weight of patient \(row + 1) is \(shortest(weight)); a Cox regression needs weights above 0"
        case .allZero:
            "every patient has weight 0"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .invalid, .notPositive: "leave the patient out, or correct the weight"
        case .allZero: "look at the formula of the weights"
        }
    }
}

/// How much each patient counts.
enum CaseWeights {
    /// - Throws: `StatisticsError.lengthsDiffer` unless each patient has one; `CaseWeightError`.
    static func check(_ weights: [Double], patients: Int, positive: Bool = false) throws {
        try StatisticsError.check(weights.count, "weights", patients: patients)
        if let row = weights.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
            throw CaseWeightError.invalid(weights[row], row: row)
        }
        if positive, let row = weights.firstIndex(of: 0) {
            throw CaseWeightError.notPositive(weights[row], row: row)
        }
        guard weights.contains(where: { $0 > 0 }) else { throw CaseWeightError.allZero }
    }

    /// Whether weights may be numbers of like patients; else they are sampling weights, whose errors R takes from the
    /// infinitesimal jackknife.
    static func areWhole(_ weights: [Double]) -> Bool { weights.allSatisfy { $0 == $0.rounded() } }
}

/// A sum that carries its own rounding error along (Neumaier 1974), so that what is added and later taken away leaves
/// nothing behind.
struct CompensatedSum {
    private var sum = 0.0
    private var rest = 0.0

    var value: Double { sum + rest }

    mutating func add(_ term: Double) {
        let next = sum + term
        rest += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
        sum = next
    }
}
