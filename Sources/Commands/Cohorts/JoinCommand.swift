import Cohorts
import CommandLanguage

struct JoinCommand: Command {
    let declaration = CommandDeclaration(
        "join", "More columns for the same patients, from another file", topic: .cohorts,
        discussion: """
            Rows are matched by patient. Several rows of a patient give the first known value; rows of unknown patients \
            are left out and counted; patients without a row have missing values. A column that the cohort has already \
            must agree with it wherever both know a value, and then fills its gaps.
            """,
        parameters: [
            .argument("cohort", .object([CohortObject.typeName]), "the cohort that gets the columns"),
            .argument("file", .path, "the table, comma- or tab-separated"),
            .option("id", .columnName, "the file's column with the patients' ids; found as by `cohort`"),
            .option("columns", .columnPatterns, "which columns to take; all when left out"),
        ],
        result: CohortObject.typeName, updatesFirstArgument: true,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            join women "Scripts/data/transbig_clinical.csv" columns=[age, grade]
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        let before = arguments.columns(of: "cohort")
        let file = arguments.string("file").flatMap(columnNames(ofTable:))
        // Names that are given need no file; patterns do.
        let named = arguments.columnPatterns("columns").flatMap { names in
            names.contains { $0.contains("*") } ? nil : names
        }
        let added = arguments.has("columns") ? named ?? file : file
        return KnownColumns(
            inFormulas: nil, inLists: file, ofResult: before.flatMap { before in added.map { before + $0 } })
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let before = try arguments.object("cohort", as: CohortObject.self).cohort
        let source = try CohortSource(path: arguments.string("file"), id: arguments.optionalColumnName("id"))
        var cohort = before
        try cohort.join(source, columns: arguments.optionalColumnPatterns("columns"))
        context.report(cohort, since: before)
        return .object(CohortObject(cohort: cohort))
    }
}
