import CommandLanguage
import Results
import SurvivalStatistics

/// The follow-up of the patients whose group is known, or of all where no group is asked for.
struct GroupedOutcome {
    /// The formula that makes the groups.
    let by: String?
    let outcome: Outcome
    /// The group of each patient, as the number of its name; nil without groups.
    let labels: [String]?
    /// How much each patient counts; nil when each counts once.
    let weights: [Double]?
    private let names: [String]

    /// Of `x`, grouped by `by`, with the entry times of `entry`, and their weights where the command takes those.
    init(_ arguments: Arguments, takesWeights: Bool = false, in context: Context) throws {
        var subjects = try Subjects(arguments, "x").entering(arguments, in: context)
        if takesWeights { subjects = try subjects.weighing(arguments, in: context) }
        guard let formula = arguments.formula("by") else {
            (by, outcome, labels, weights, names) = (nil, subjects.outcome, nil, subjects.weights, [])
            return
        }
        let grouping = try Grouping(formula, over: subjects.columns, in: context)
        by = grouping.text
        outcome = subjects.outcome[grouping.rows]
        weights = subjects.weights.map { weights in grouping.rows.map { weights[$0] } }
        labels = grouping.labels
        names = grouping.names
    }

    /// What stands for a group in `labels`, as the user knows it.
    func name(of label: String?) -> String? { label.flatMap { Int($0) }.map { names[$0] } }

    static let declaredGroup = Parameter.option(
        "by", .formula, "group per patient: a column, or a comparison such as (risk > median(risk))")
    static let declaredInterval = Parameter.option(
        "interval", .word(choices: SurvivalInterval.allCases.map(\.rawValue)),
        default: SurvivalInterval.logLog.rawValue, "scale of the pointwise interval")
}

extension Arguments {
    /// - Precondition: the command declares `GroupedOutcome.declaredInterval`.
    var interval: SurvivalInterval {
        guard let interval = SurvivalInterval(rawValue: word("interval")) else {
            preconditionFailure("the parameter allows the intervals' names only")
        }
        return interval
    }
}

/// "95% interval"
func intervalTitle(level: Double) -> String { "\(formatNumber(level * 100))% interval" }
