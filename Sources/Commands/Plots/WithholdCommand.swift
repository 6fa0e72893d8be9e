import Cohorts
import CommandLanguage
import Figures
import Foundation
import Results
import SurvivalStatistics

struct WithholdCommand: Command {
    let declaration = CommandDeclaration(
        "withhold", "How well a model predicts when a modality is missing for more and more patients", topic: .evaluation,
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
        var cohort = try arguments.object("on", as: CohortObject.self).cohort
        let name = arguments.word("modality")
        cohort.modalities.removeAll { !trained.modalities.contains($0.name) }
        guard let index = cohort.modalities.firstIndex(where: { $0.name == name }) else {
            throw arguments.error(
                at: "modality", "the model and the cohort have no \(name) in common",
                help: cohort.modalities.isEmpty
                    ? nil : "there is \(cohort.modalities.map(\.name).joined(separator: ", "))")
        }
        let shares = try shares(arguments)
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
                withheld: shares.map { Int(($0 * Double(candidates.count)).rounded()) }, shares: shares, values: values)
        )
    }

    private func shares(_ arguments: Arguments) throws -> [Double] {
        guard arguments.has("shares") else { return [0, 0.25, 0.5, 0.75, 1] }
        let help = "such as shares=[0, 0.5, 1]"
        guard case .list(let items) = arguments.value("shares"), !items.isEmpty else {
            throw arguments.error(at: "shares", "shares are a list of numbers", help: help)
        }
        let shares = try items.map { item -> Double in
            guard case .number(let share) = item, (0...1).contains(share) else {
                throw arguments.error(at: "shares", "a share is a number from 0 to 1", help: help)
            }
            return share
        }
        guard zip(shares, shares.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw arguments.error(at: "shares", "shares are to increase", help: help)
        }
        return shares
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
    let shares: [Double]
    /// By share and repeat.
    let values: [[Double]]

    private var means: [Double] { values.map { $0.reduce(0, +) / Double($0.count) } }

    /// NaN of one repeat.
    private var deviations: [Double] {
        zip(values, means).map { values, mean in
            guard values.count > 1 else { return .nan }
            return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
        }
    }

    func text(width: Int) -> String {
        var table = TextTable([
            .number("share without \(modality)"), .number("patients without"), .number("C-index"),
            .number("sd over repeats"),
        ])
        for (index, share) in shares.enumerated() {
            table.add([
                formatNumber(share), String(withheld[index]), formatFixed(means[index], decimals: 4),
                deviations[index].isNaN ? "–" : formatFixed(deviations[index], decimals: 4),
            ])
        }
        return "\(model), \(counted(patients, "patient"))\n" + table.text(width: width)
    }

    var json: JSON {
        .object([
            ("model", .string(model)), ("modality", .string(modality)), ("patients", .number(Double(patients))),
            ("shares", .numbers(shares)), ("patients_without", .numbers(withheld)), ("cindex", .numbers(means)),
            ("sd", .numbers(deviations)), ("repeats", .array(values.map { .numbers($0) })),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: shares.count)
        export["share"] = .numbers(shares)
        export["patients_without"] = .numbers(withheld.map(Double.init))
        export["cindex"] = .numbers(means)
        export["sd"] = .numbers(deviations)
        return export
    }
}

extension WithheldObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        let (means, deviations) = (means, deviations.map { $0.isNaN ? 0 : $0 })
        return try LineFigure(
            curves: [
                LineFigure.Curve(
                    name: "C-index", x: shares.map { $0 * 100 }, y: means, style: .markedLine,
                    band: (zip(means, deviations).map { $0 - $1 }, zip(means, deviations).map { $0 + $1 }))
            ], xTitle: "Patients without \(modality) (%)", yTitle: "C-index", title: options.title,
            caption: values[0].count > 1
                ? "band: one standard deviation over \(values[0].count) choices of the patients" : nil,
            width: options.width ?? .singleColumn
        ).figure()
    }
}
