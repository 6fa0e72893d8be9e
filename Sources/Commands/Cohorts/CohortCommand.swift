import Cohorts
import CommandLanguage

struct CohortCommand: Command {
    let declaration = CommandDeclaration(
        "cohort", "Patients with follow-up, read from a CSV or TSV file", topic: .cohorts,
        discussion: """
            One row per patient, or several that agree in time and event (slides, samples): of every other column the \
            first known value counts. `time` and `event` are formulas in the file's columns; `event` is true (or 1) \
            where the event was seen and false (or 0) where the patient was censored, so a column that is 1 for \
            censored patients is typed event=(censorship == 0). Patients without a time or an event status are left \
            out and counted. Empty cells, NA, N/A, NaN, null and . are missing.
            """,
        parameters: [
            .argument("file", .path, "the table, comma- or tab-separated"),
            .option(
                "id", .columnName,
                "the column that tells patients apart; else the first of case_id, patient_id, patient, id, submitter_id"
            ),
            .option("time", .formula, required: true, "follow-up time, finite and not negative, in any unit"),
            .option("event", .formula, required: true, "whether the event was seen at that time"),
            .option("where", .formula, "which rows to keep"),
        ],
        result: CohortObject.typeName,
        examples: ["cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event"])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        let columns = arguments.string("file").flatMap(columnNames(ofTable:))
        return KnownColumns(inFormulas: columns, ofResult: columns.map { ["time", "event"] + $0 })
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let source = try CohortSource(path: arguments.string("file"), id: arguments.optionalColumnName("id"))
        let columns = TableColumns(table: source.table)
        guard let time = arguments.formula("time"), let event = arguments.formula("event") else {
            preconditionFailure("time and event are required")
        }
        let keep = try arguments.formula("where")?.truths(over: columns)
        let cohort = try Cohort(
            source: source, time: source.times(time.column(over: columns), keep: keep),
            event: source.events(event.column(over: columns), keep: keep),
            keep: keep ?? [Bool?](repeating: true, count: columns.rowCount))
        context.report(cohort)
        return .object(CohortObject(cohort: cohort))
    }
}
