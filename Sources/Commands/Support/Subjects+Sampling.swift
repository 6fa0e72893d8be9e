import CommandLanguage
import Results

/// The options that say when patients came under observation and how much each counts.
extension Subjects {
    static let declaredEntry = Parameter.option(
        "entry", .formula, "time at which observation began, per patient; at risk after it, not at it")
    static let declaredWeights = Parameter.option(
        "weights", .formula, "how much each patient counts: numbers of like patients, or sampling weights")

    /// For the help of every command that takes them.
    static let samplingRules = """
        With entry=, a patient counts as at risk from after that time only (left truncation, or one row per interval of \
        a patient in start-stop data).
        """

    /// With the entry times of `entry=`. Patients whose entry is missing are left out and counted.
    ///
    /// - Throws: when an entry is not before its patient's time.
    func entering(_ arguments: Arguments, in context: Context) throws -> Subjects {
        guard let formula = arguments.formula("entry") else { return self }
        let values = try formula.numbers(over: columns)
        let known = try rows(of: values, formula, in: context)
        for row in known {
            guard values[row].isFinite else {
                throw formula.error(
                    "\(patients[row]) enters at \(formatNumber(values[row])); the time at which observation begins is "
                        + "finite", help: "correct the formula, or the data")
            }
            guard values[row] < outcome.time[row] else {
                throw formula.error(
                    "\(patients[row]) enters at \(formatNumber(values[row])) and is followed until "
                        + "\(formatNumber(outcome.time[row])); the entry must come first",
                    help: "entry and time count from one origin, in one unit; leave out who was never under observation"
                )
            }
        }
        let kept = self[known]
        return Subjects(
            patients: kept.patients, idColumn: idColumn,
            outcome: try Outcome(
                time: kept.outcome.time, event: kept.outcome.event, entry: known.map { values[$0] }),
            columns: kept.columns, risk: kept.risk, fold: kept.fold, weights: kept.weights)
    }

    /// With the weights of `weights=`. Patients whose weight is missing are left out and counted.
    ///
    /// - Parameter positive: whether 0 is refused.
    /// - Throws: when a weight is negative or not finite, or all are 0.
    func weighing(_ arguments: Arguments, positive: Bool = false, in context: Context) throws -> Subjects {
        guard let formula = arguments.formula("weights") else { return self }
        let values = try formula.numbers(over: columns)
        let known = try rows(of: values, formula, in: context)
        for row in known where !(values[row].isFinite && (positive ? values[row] > 0 : values[row] >= 0)) {
            throw formula.error(
                "the weight of \(patients[row]) is \(formatNumber(values[row])); a weight is finite and "
                    + (positive ? "above 0" : "not negative"), help: "correct the formula, or the data")
        }
        guard known.contains(where: { values[$0] > 0 }) else {
            throw formula.error("every patient has weight 0", help: "look at the formula of the weights")
        }
        let kept = self[known]
        return Subjects(
            patients: kept.patients, idColumn: idColumn, outcome: kept.outcome, columns: kept.columns, risk: kept.risk,
            fold: kept.fold,
            weights: known.map { values[$0] })
    }

    private func rows(of values: [Double], _ formula: Formula, in context: Context) throws -> [Int] {
        let known = values.indices.filter { !values[$0].isNaN }
        guard !known.isEmpty else { throw formula.error("\(formula.text) is missing for every patient") }
        let missing = values.count - known.count
        if missing > 0 { context.note("\(counted(missing, "patient")) left out: \(formula.text) is missing") }
        return known
    }
}

/// "observed from entry on; weighted by count; robust errors", for the options that were given; nil for none.
func samplingRemark(_ arguments: Arguments, robust: Bool = false) -> String? {
    let parts =
        (arguments.formula("entry").map { ["at risk from \($0.text) on"] } ?? [])
        + (arguments.formula("weights").map { ["weighted by \($0.text)"] } ?? []) + (robust ? ["robust errors"] : [])
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
}
