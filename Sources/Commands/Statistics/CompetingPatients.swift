import CommandLanguage
import Results
import SurvivalStatistics

/// The patients of a study of competing risks: those of a cohort or of predictions whose cause is known.
struct CompetingPatients {
    let subjects: Subjects
    /// Rows of the subjects that are kept.
    let rows: [Int]
    /// For each row of the subjects the index of its cause; nil where censored or left out.
    private let cause: [Int?]
    /// Causes that happened, in the order of labels.
    let causes: [String]
    /// The formula as typed.
    let text: String

    private static let most = 12

    static let declaredCause = Parameter.option(
        "cause", .formula, required: true, "what the event was, per patient: a column, or a formula")

    /// For the help of the commands that take a cause.
    static let rules = """
        cause= gives each patient's cause as a label or a number; a truth value is true or false. Who is censored is \
        what the cohort's event says: a cause that a censored patient has counts for nothing, and is told when it is \
        one that others had the event of. A patient with the event whose cause is missing is left out and counted.
        """

    /// Of `x`, with the causes of `cause`.
    init(_ arguments: Arguments, in context: Context) throws {
        let subjects = try Subjects(arguments, "x")
        guard let formula = arguments.formula("cause") else { preconditionFailure("cause is required") }
        let labels = try formula.evaluate(over: subjects.columns).map { value in
            switch value {
            case .missing, .boolean, .number, .string: return value.label
            default: throw formula.error("a cause per patient is expected here, and this gives a \(value.typeName)")
            }
        }
        let event = subjects.outcome.event
        let happened = Set(zip(labels, event).compactMap { $1 ? $0 : nil })
        guard !happened.isEmpty else {
            throw event.contains(true)
                ? formula.error("the cause is missing for every patient with the event")
                : formula.error("no patient has an event, so there is no cause")
        }
        guard happened.count <= Self.most else {
            throw formula.error(
                "this makes \(happened.count) causes, more than \(Self.most)", help: "join causes that are alike")
        }
        let causes = happened.inLabelOrder()
        let place = Dictionary(uniqueKeysWithValues: zip(causes, causes.indices))
        rows = event.indices.filter { !event[$0] || labels[$0] != nil }
        cause = zip(labels, event).map { label, event in event ? label.flatMap { place[$0] } : nil }
        self.subjects = subjects
        self.causes = causes
        text = formula.text
        let unknown = event.count - rows.count
        if unknown > 0 {
            context.note("\(counted(unknown, "patient")) left out: the cause is missing although the event happened")
        }
        let contradicted = event.indices.count { row in
            !event[row] && labels[row].map(happened.contains) ?? false
        }
        if contradicted > 0 {
            context.note(
                "\(counted(contradicted, "censored patient")) \(contradicted == 1 ? "has" : "have") a cause, which counts "
                    + "for nothing: the cohort says that no event was seen")
        }
    }

    /// The outcome of some of the subjects' rows.
    func outcome(_ rows: [Int]) throws -> CompetingOutcome {
        try CompetingOutcome(
            time: rows.map { subjects.outcome.time[$0] }, cause: rows.map { cause[$0] }, causes: causes)
    }

    /// The cause that an option names: a label or a number.
    func cause(named option: String, _ arguments: Arguments) throws -> Int? {
        guard let value = arguments.optionalValue(option) else { return nil }
        guard let label = value.label, let index = causes.firstIndex(of: label) else {
            throw arguments.error(
                at: option, "no patient has the event \(value.label ?? "missing")",
                help: "\(option)= takes one of " + causes.joined(separator: ", "))
        }
        return index
    }
}
