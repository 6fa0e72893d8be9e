import Cohorts
import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct PerturbCommand: Command {
    let declaration = CommandDeclaration(
        "perturb", "How well a model predicts when a modality is measured with more and more noise", topic: .evaluation,
        discussion: """
            For plot. Every number of the modality gets a normal deviate whose standard deviation is the noise, in units \
            of the scale that the model learned for its column (robust standard deviations of the training patients; of \
            patch features, which are not scaled, standard deviations over the cohort's patches): noise=1 takes a \
            number's correlation with itself to 0.71. A category is that of another patient, drawn at random, with \
            probability 1 − 1/√(1 + noise²), which does the same to it. What is missing stays missing.

            Higher risk means an earlier event; the value is Harrell's C-index of all patients. At each noise it is \
            drawn anew repeats= times, and within one repeat the deviates of two noises are the same, one larger; the \
            mean stands with the standard deviation over the repeats, which is that of the noise, not of the cohort. The \
            cohort should be one that the model was not trained on.
            """,
        parameters: [
            .argument("model", .object([TrainedObject.typeName]), "what train gave"),
            .option("on", .object([CohortObject.typeName]), required: true, "the cohort"),
            .option("modality", .word(choices: nil), required: true, "what is perturbed"),
            .option("noises", .any, "a list of standard deviations; [0, 0.5, 1, 2, 4] if left out"),
            .option("repeats", .integer(1...1000), default: "5", "random draws of the noise"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
        ],
        result: PerturbedObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20 seed=1) epochs=2
            others = simulate patients=60 patches=20 seed=2 world=1
            plot (perturb trained on=others modality=genomics noises=[0, 1, 2] repeats=2) file="Plots/perturbed"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let trained = try arguments.object("model", as: TrainedObject.self).trained
        let cohort = try arguments.commonCohort(of: trained)
        let name = arguments.word("modality")
        let noises =
            try arguments.increasing(
                "noises", "noises", each: "a noise is a standard deviation from 0 to 1000", in: 0...1000,
                help: "such as noises=[0, 1, 2]") ?? [0, 0.5, 1, 2, 4]
        let seed = UInt64(arguments.optionalInteger("seed") ?? context.settings.seed)
        let repeats = arguments.integer("repeats")
        var generator = SeededGenerator(seed: seed)
        var values = [[Double]](repeating: [], count: noises.count)
        for round in 0..<repeats {
            let start = generator.next()
            for (place, noise) in noises.enumerated() {
                // Nothing: the same in every round.
                if round > 0, noise == 0 {
                    values[place].append(values[place][0])
                    continue
                }
                var deviates = SeededGenerator(seed: start)
                let changed = try trained.perturbed(cohort, modality: name, by: noise, using: &deviates)
                let base = Double(round * noises.count + place)
                let predictions = try trained.predict(changed) {
                    try context.progress("perturb", fraction: (base + $0) / Double(repeats * noises.count))
                }.predictions
                values[place].append(
                    try concordance(predictions.outcome, risk: predictions.risk).concordance)
            }
        }
        return .object(
            PerturbedObject(
                model: trained.model.name, modality: name, patients: cohort.patientCount,
                curve: LossCurve(amounts: noises, values: values)))
    }
}

/// What noise costs, as the language has it.
struct PerturbedObject: Tabular {
    static let typeName = "perturbed"
    let model: String
    let modality: String
    let patients: Int
    let curve: LossCurve

    func text(width: Int) -> String {
        var table = TextTable([
            .number("noise of \(modality)"), .number("C-index"), .number("sd over repeats"),
        ])
        for (index, noise) in curve.amounts.enumerated() { table.add([formatNumber(noise)] + curve.cells(index)) }
        return "\(model), \(counted(patients, "patient"))\n" + table.text(width: width)
    }

    var json: JSON {
        .object([
            ("model", .string(model)), ("modality", .string(modality)), ("patients", .number(Double(patients))),
            ("noises", .numbers(curve.amounts)), ("cindex", .numbers(curve.means)), ("sd", .numbers(curve.deviations)),
            ("repeats", .array(curve.values.map { .numbers($0) })),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: curve.amounts.count)
        export["noise"] = .numbers(curve.amounts)
        export["cindex"] = .numbers(curve.means)
        export["sd"] = .numbers(curve.deviations)
        return export
    }
}

extension PerturbedObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try curve.figure(
            x: curve.amounts, xTitle: "Noise added to \(modality) (sd)", repeated: "draws of the noise", options)
    }
}
