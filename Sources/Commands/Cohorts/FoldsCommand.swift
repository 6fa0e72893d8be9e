import Cohorts
import CommandLanguage

struct FoldsCommand: Command {
    let declaration = CommandDeclaration(
        "folds", "Parts a cohort for cross-validation", topic: .cohorts,
        discussion: """
            Either `from` a folder with files splits_0.csv, splits_1.csv, … whose columns train and val (or test) list \
            patients, or `k` random parts of equal size in which events are equally frequent. Patients that the files \
            name and the cohort lacks are left out and counted; a patient on both sides of a fold, or held out twice, \
            is an error.
            """,
        parameters: [
            .argument("cohort", .object([CohortObject.typeName]), "the cohort to part"),
            .option("from", .path, "folder of split files"),
            .option("k", .integer(2...1000), "number of random folds; 5 when neither k nor from is given"),
            .option("stratify", .formula, default: "event", "what should be equally frequent in all folds"),
            .option("seed", .integer(0...Int.max), "of the random parts; the session's when left out"),
        ],
        result: CohortObject.typeName, updatesFirstArgument: true,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            folds women k=5 stratify=grade seed=1
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        let columns = arguments.columns(of: "cohort")
        return KnownColumns(inFormulas: columns, ofResult: columns)
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let object = try arguments.object("cohort", as: CohortObject.self)
        var cohort = object.cohort
        if let folder = arguments.optionalString("from") {
            for option in ["k", "stratify", "seed"] where arguments.has(option) {
                throw arguments.error(
                    at: option, "folds from files take no \(option)=", help: "leave one of the two out")
            }
            try cohort.readFolds(from: folder)
        } else {
            var labels: [String?]?
            if arguments.has("stratify"), let formula = arguments.formula("stratify"), let columns = object.columns {
                labels = try formula.evaluate(over: columns).map(\.label)
            }
            try cohort.makeFolds(
                count: arguments.optionalInteger("k") ?? 5, stratifiedBy: labels,
                seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
        }
        context.report(cohort, since: object.cohort)
        return .object(CohortObject(cohort: cohort))
    }
}
