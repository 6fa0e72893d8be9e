import Cohorts
import CommandLanguage
import Figures
import Foundation
import Results
import SurvivalStatistics

struct WithholdCommand: Command {
    let declaration = CommandDeclaration(
        "withhold", "How well a model predicts when a modality is missing for more and more patients",
        topic: .evaluation,
        discussion: """
            For plot. Of the patients who have the modality and at least one other of the model, a random share is \
            predicted without it; the others as they are. Higher risk means an earlier event; the value is Harrell's \
            C-index of all patients. At each share patients are drawn anew repeats= times, and of two shares in one \
            repeat the larger leaves out those of the smaller as well; the mean stands with the standard deviation over \
            the repeats, which is that of who lacks it, not of the cohort. The cohort should be one that the model was \
            not trained on.
            """,
        parameters: [
            .argument("model", .object([TrainedObject.typeName]), "what train gave"),
            .option("on", .object([CohortObject.typeName]), required: true, "the cohort"),
            .option("modality", .word(choices: nil), required: true, "what is withheld"),
            .option("shares", .any, "a list of shares from 0 to 1; [0, 0.25, 0.5, 0.75, 1] if left out"),
            .option("repeats", .integer(1...1000), default: "5", "random choices of the patients"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
        ],
        result: WithheldObject.typeName,
        examples: [
            """
            trained = train (model tta dim=16) on=(simulate patients=60 patches=20 seed=1) epochs=2
            others = simulate patients=60 patches=20 seed=2 world=1
            plot (withhold trained on=others modality=genomics repeats=2) file="Plots/withheld"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let trained = try arguments.object("model", as: TrainedObject.self).trained
        let cohort = try arguments.commonCohort(of: trained)
        let name = arguments.word("modality")
        guard let index = cohort.modalities.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("the cohort has no \(name)")
        }
        let shares =
            try arguments.increasing(
                "shares", "shares", each: "a share is a number from 0 to 1", in: 0...1,
                help: "such as shares=[0, 0.5, 1]")
            ?? [0, 0.25, 0.5, 0.75, 1]
        let others = cohort.modalities.indices.filter { $0 != index }
        let candidates = cohort.patients.indices.filter { patient in
            cohort.modalities[index].present[patient] && others.contains { cohort.modalities[$0].present[patient] }
        }
        guard !candidates.isEmpty else {
            throw arguments.error(
                at: "modality", "no patient has \(name) and another modality of the model",
                help: "attach another modality, and train with both")
        }
        let alone = cohort.modalities[index].presentCount - candidates.count
        if alone > 0 { context.note("\(counted(alone, "patient")) kept \(name), for they have nothing else") }
        var generator = SeededGenerator(seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
        let repeats = arguments.integer("repeats")
        var values = [[Double]](repeating: [], count: shares.count)
        for round in 0..<repeats {
            let order = candidates.shuffled(using: &generator)
            for (place, share) in shares.enumerated() {
                // Nobody or everybody: the same in every round.
                if round > 0, share == 0 || share == 1 {
                    values[place].append(values[place][0])
                    continue
                }
                var changed = cohort
                for patient in order.prefix(Int((share * Double(order.count)).rounded())) {
                    changed.modalities[index].present[patient] = false
                }
                let base = Double(round * shares.count + place)
                let predictions = try trained.predict(changed) {
                    try context.progress("withhold", fraction: (base + $0) / Double(repeats * shares.count))
                }.predictions
                values[place].append(
                    try concordance(predictions.outcome, risk: predictions.risk).concordance)
            }
        }
        return .object(
            WithheldObject(
                model: trained.model.name, modality: name, patients: cohort.patientCount,
                withheld: shares.map { Int(($0 * Double(candidates.count)).rounded()) },
                curve: LossCurve(amounts: shares, values: values))
        )
    }
}

/// What a missing modality costs, as the language has it.
struct WithheldObject: Tabular {
    static let typeName = "withheld"
    let model: String
    let modality: String
    let patients: Int
    /// By share.
    let withheld: [Int]
    let curve: LossCurve

    func text(width: Int) -> String {
        var table = TextTable([
            .number("share without \(modality)"), .number("patients without"), .number("C-index"),
            .number("sd over repeats"),
        ])
        for (index, share) in curve.amounts.enumerated() {
            table.add([formatNumber(share), String(withheld[index])] + curve.cells(index))
        }
        return "\(model), \(counted(patients, "patient"))\n" + table.text(width: width)
    }

    var json: JSON {
        .object([
            ("model", .string(model)), ("modality", .string(modality)), ("patients", .number(Double(patients))),
            ("shares", .numbers(curve.amounts)), ("patients_without", .numbers(withheld)),
            ("cindex", .numbers(curve.means)), ("sd", .numbers(curve.deviations)),
            ("repeats", .array(curve.values.map { .numbers($0) })),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: curve.amounts.count)
        export["share"] = .numbers(curve.amounts)
        export["patients_without"] = .numbers(withheld.map(Double.init))
        export["cindex"] = .numbers(curve.means)
        export["sd"] = .numbers(curve.deviations)
        return export
    }
}

extension WithheldObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try curve.figure(
            x: curve.amounts.map { $0 * 100 }, xTitle: "Patients without \(modality) (%)",
            repeated: "choices of the patients", options)
    }
}
