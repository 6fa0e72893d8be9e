import Cohorts
import CommandLanguage
import Foundation

struct AttachCommand: Command {
    let declaration = CommandDeclaration(
        "attach", "A modality to learn from: a table, gene sets, or patch features", topic: .cohorts,
        discussion: """
            From a file, its numeric columns or those named become the modality; a pattern such as "*_rnaseq" has one \
            star, which stands for the gene. With `sets`, a file with one gene set per column, each set is one token, \
            and columns of no set make one more, named other. Without a file, `columns` names the cohort's own. A \
            folder holds patch features, one .h5 (`features`, perhaps `coords`) or .pt file a slide, named by the slide \
            or beginning with the patient's id; where slide_id names a patient's slides, only these count, and files of patients \
            who were left out are nobody else's. A patient's slides are put together. Scaling and imputation are left to \
            training, which learns them from training patients only; so is the cache of a folder's features, of which \
            train tells more.
            """,
        parameters: [
            .argument("cohort", .object([CohortObject.typeName]), "the cohort that gets the modality"),
            .argument("name", .word(choices: nil), "what to call the modality; one of that name is replaced"),
            .argument("from", .path, required: false, "a table, or a folder of patch features"),
            .option("id", .columnName, "column with the ids: of the file, or the cohort's column of slide names"),
            .option("columns", .columnPatterns, "names or patterns; every numeric column when left out"),
            .option("sets", .path, "a table with one gene set per column"),
            .option(
                "cache", .boolean, default: "true",
                "of a folder: whether training may keep a copy of the features that it can map"),
        ],
        result: CohortObject.typeName, updatesFirstArgument: true,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            attach women expression "Scripts/data/transbig_expression.csv"
            attach women clinical columns=[age, grade, size]
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        let columns = arguments.columns(of: "cohort")
        // Without a file the cohort's own columns are attached.
        let file = arguments.string("from").flatMap(columnNames(ofTable:))
        return KnownColumns(
            inFormulas: columns, inLists: arguments.has("from") ? file : columns, ofResult: columns)
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let before = try arguments.object("cohort", as: CohortObject.self).cohort
        let name = arguments.word("name")
        let columns = arguments.optionalColumnPatterns("columns")
        let sets = try arguments.optionalString("sets").map { try GeneSetFile(path: $0) }
        let id = arguments.optionalColumnName("id")
        var cohort = before
        if let path = arguments.optionalString("from") {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
                for option in ["columns", "sets"] where arguments.has(option) {
                    throw arguments.error(at: option, "a folder of patch features takes no \(option)=")
                }
                try cohort.attach(name, folder: path, id: id, caching: arguments.boolean("cache")) {
                    try context.progress("attach \(name)", fraction: $0)
                }
            } else {
                try cohort.attach(name, source: CohortSource(path: path, id: id), columns: columns, sets: sets)
            }
        } else {
            guard let columns else {
                throw arguments.error(
                    "attach needs a file, a folder, or columns= of the cohort",
                    help: "attach COHORT \(name) columns=[age, stage]")
            }
            try cohort.attach(name, columns: columns, sets: sets)
        }
        context.report(cohort, since: before)
        if let summary = CohortSummary(cohort).modalities.first(where: { $0.name == name }) {
            context.note("\(name): \(summary.text(of: cohort.patientCount))")
        }
        return .object(CohortObject(cohort: cohort))
    }
}
