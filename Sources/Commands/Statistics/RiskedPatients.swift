import CommandLanguage
import Results

/// The patients of whom a risk is known.
struct RiskedPatients {
    let outcome: Outcome
    /// Higher is worse.
    let risk: [Double]
    /// The fold, from 1, in which each was held out; nil unless cross-validated.
    let fold: [Int]?
    /// How much each counts; nil when each counts once.
    let weights: [Double]?

    static let declaredRisk = Parameter.option(
        "risk", .formula, "risk per patient, higher is worse; predictions have their own")

    /// Of `x`, with the risk of `risk` or the predictions' own. Patients without a risk are left out and counted.
    init(_ arguments: Arguments, in context: Context) throws {
        try self.init(arguments, Subjects(arguments, "x"), in: context)
    }

    /// Of the subjects.
    init(_ arguments: Arguments, _ subjects: Subjects, in context: Context) throws {
        guard let all = try arguments.formula("risk")?.numbers(over: subjects.columns) ?? subjects.risk else {
            throw arguments.error(
                "a cohort has no risk of its own", help: "say which column orders the patients: risk=age")
        }
        let rows = all.indices.filter { !all[$0].isNaN }
        if rows.count < all.count { context.note("\(counted(all.count - rows.count, "patient")) left out: no risk") }
        outcome = subjects.outcome[rows]
        risk = rows.map { all[$0] }
        fold = subjects.fold.map { folds in rows.map { folds[$0] } }
        weights = subjects.weights.map { weights in rows.map { weights[$0] } }
    }
}

/// A number per fold; NaN where it is not defined.
struct FoldValues {
    let fold: [Int]
    let value: [Double]

    /// - Parameter compute: the value of the patients of one fold; NaN where the estimator refuses.
    init?(_ folds: [Int]?, compute: ([Int]) throws -> Double) throws {
        guard let folds else { return nil }
        fold = Set(folds).sorted()
        value = try fold.map { number in try compute(folds.indices.filter { folds[$0] == number }) }
    }

    private var known: [Double] { value.filter { !$0.isNaN } }
    var mean: Double { Moments(known).mean }
    /// With one degree of freedom less; NaN below two folds.
    var standardDeviation: Double { Moments(known).deviation }

    /// "0.712 ± 0.031 sd"
    var text: String {
        formatFixed(mean, decimals: 4)
            + (standardDeviation.isNaN ? "" : " ± \(formatFixed(standardDeviation, decimals: 4)) sd")
    }

    /// "folds   0.743  0.681   mean 0.712 ± 0.031 sd"
    var line: String {
        "folds   \(value.map { formatFixed($0, decimals: 3) }.joined(separator: "  "))   mean \(text)"
    }

    var json: JSON {
        .object([
            ("fold", .numbers(fold)), ("value", .numbers(value)), ("mean", .number(mean)),
            ("sd", .number(standardDeviation)),
        ])
    }
}
