import Cohorts
import CommandLanguage

struct SubsetCommand: Command {
    let declaration = CommandDeclaration(
        "subset", "Some of a cohort's patients, with their modalities", topic: .cohorts,
        discussion: """
            Patients for whom a condition holds, or those whom a fold trains on or holds out. Where the condition is \
            missing, since a value that it compares is, the patient is left out and counted in a note. Nothing is \
            learned from who is left out: scaling and imputation come from the patients that a model is trained on. \
            Folds stay where each still trains on somebody and holds somebody out; those of one fold's patients have none.
            """,
        parameters: [
            .argument("cohort", .object([CohortObject.typeName]), "whose patients"),
            .option("where", .formula, "which patients to keep"),
            .option("training", .integer(1...1000), "the fold whose training patients are kept; the first is 1"),
            .option("heldout", .integer(1...1000), "the fold whose held-out patients are kept"),
        ],
        result: CohortObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            attach women clinical columns=[age, grade, size]
            folds women k=5 seed=1
            trained = train (model cox) on=(subset women training=2)
            cindex (predict trained on=(subset women heldout=2))
            cindex (predict trained on=(subset women where=(er == "positive")))
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        let columns = arguments.columns(of: "cohort")
        return KnownColumns(inFormulas: columns, ofResult: columns)
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let object = try arguments.object("cohort", as: CohortObject.self)
        let ways = ["where", "training", "heldout"].filter { arguments.has($0) }
        guard ways.count == 1, let way = ways.first else {
            throw arguments.error(
                at: ways.isEmpty ? "cohort" : ways[1],
                ways.isEmpty
                    ? "`subset` needs to know which patients" : "one of where=, training= and heldout= at a time",
                help: ways.isEmpty
                    ? "where=(CONDITION), or a fold: training=1 or heldout=1" : "take a subset of the subset")
        }
        var part: Cohort
        if let formula = arguments.formula("where"), let columns = object.columns {
            part = try kept(object.cohort, formula, columns, context)
        } else {
            part = object.cohort[try rows(of: object.cohort, arguments, way)]
            part.folds = nil
        }
        return .object(CohortObject(cohort: part))
    }

    private func kept(
        _ cohort: Cohort, _ formula: Formula, _ columns: any ColumnSource, _ context: Context
    ) throws -> Cohort {
        let keep = try formula.truths(over: columns)
        let unknown = keep.count { $0 == nil }
        if unknown > 0 { context.note("\(counted(unknown, "patient")) left out: \(formula.text) is missing") }
        let rows = keep.indices.filter { keep[$0] == true }
        guard !rows.isEmpty else { throw formula.error("this holds for no patient") }
        var part = cohort[rows]
        if let folds = part.folds?.folds, folds.contains(where: { $0.training.isEmpty || $0.validation.isEmpty }) {
            part.folds = nil
            context.note("folds left out, for one has nobody left to train on or to hold out")
        }
        return part
    }

    private func rows(of cohort: Cohort, _ arguments: Arguments, _ way: String) throws -> [Int] {
        guard let folds = cohort.folds?.folds else {
            throw arguments.error(at: way, "the cohort has no folds", help: "make them first: folds COHORT k=5")
        }
        let number = arguments.integer(way)
        guard folds.indices.contains(number - 1) else {
            throw arguments.error(at: way, "the cohort has \(counted(folds.count, "fold"))", help: nil)
        }
        let fold = folds[number - 1]
        let rows = way == "training" ? fold.training : fold.validation
        guard !rows.isEmpty else {
            throw arguments.error(
                at: way, "fold \(number) \(way == "training" ? "trains on" : "holds out") nobody", help: nil)
        }
        return rows
    }
}
