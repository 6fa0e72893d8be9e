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
    private let names: [String]

    /// Of `x`, grouped by `by`.
    init(_ arguments: Arguments, in context: Context) throws {
        let subjects = try Subjects(arguments, "x")
        guard let formula = arguments.formula("by") else {
            (by, outcome, labels, names) = (nil, subjects.outcome, nil, [])
            return
        }
        let grouping = try Grouping(formula, over: subjects.columns, in: context)
        by = grouping.text
        outcome = subjects.outcome[grouping.rows]
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
    static let declaredLevel = Parameter.option("level", .number(0...1), default: "0.95", "confidence of the interval")
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
