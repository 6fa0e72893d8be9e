import Cohorts
import CommandLanguage
import Figures
import Results

struct SlideCommand: Command {
    let declaration = CommandDeclaration(
        "slide", "What a model drew from the patches of a patient, each where it lies", topic: .figures,
        discussion: """
            For plot. Weights of saliency, times the number of the patient's patches: 1 is a patch that counts as much as \
            the mean one. They say where the model looked, not in which direction a patch moves the risk. Places are \
            those of coords in the cohort's .h5 files (CLAM, TRIDENT), slides beside each other. A simulation has no \
            slides: its patches are laid out on a round piece of tissue, those that carry the planted factors together \
            in the middle.
            """,
        parameters: [
            .argument("saliency", .object([SaliencyObject.typeName]), "of predictions for the cohort"),
            .option("on", .object([CohortObject.typeName]), required: true, "the cohort with the patches"),
            .option("patient", .string, "whose slides; the first with patches if left out"),
            .option("modality", .word(choices: nil), "the first with patches if left out"),
            .option(
                "role", .word(choices: Embeddings.Role.allCases.map(\.rawValue)),
                "of the embedding; shared if there is such a one"),
        ],
        result: SlideObject.typeName,
        examples: [
            """
            patients = simulate patients=60 patches=60
            trained = train (model tta dim=16) on=patients epochs=2
            plot (slide (saliency (predict trained on=patients)) on=patients patient="patient01") file="Plots/slide"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let saliency = try arguments.object("saliency", as: SaliencyObject.self).saliency
        let cohort = try arguments.object("on", as: CohortObject.self).cohort
        let part = try part(of: saliency, cohort, arguments)
        guard let modality = cohort.modality(part.modality) else {
            throw arguments.error(
                at: "on", "the cohort has no \(part.modality)", help: "give the cohort of the predictions")
        }
        let position = try position(in: part, saliency, arguments)
        let patient = saliency.patients[part.rows[position]]
        guard let row = cohort.patients.firstIndex(of: patient) else {
            throw arguments.error(
                at: "on", "\(patient) is not in the cohort", help: "give the cohort of the predictions")
        }
        let slides: [PatchPlaces]
        do {
            slides = try cohort.patchPlaces(modality, patient: row)
        } catch let error as PatchPlacesError {
            throw arguments.error(at: "on", error.errorDescription ?? "\(error)", help: error.recoverySuggestion)
        }
        let weights = part.weights[position].map(Double.init)
        guard slides.reduce(0, { $0 + $1.x.count }) == weights.count else {
            throw arguments.error(
                at: "on",
                "\(patient) has \(slides.reduce(0) { $0 + $1.x.count }) patches here and \(weights.count) in the saliency",
                help: "give the cohort of the predictions")
        }
        var start = 0
        let drawn = slides.map { slide -> SlideFigure.Slide in
            let own = weights[start..<start + slide.x.count].map { $0 * Double(weights.count) }
            start += slide.x.count
            return SlideFigure.Slide(name: slide.slide, x: slide.x, y: slide.y, weights: own)
        }
        return .object(SlideObject(patient: patient, modality: part.modality, role: part.role, slides: drawn))
    }

    /// The weights of a modality with patches.
    private func part(of saliency: Saliency, _ cohort: Cohort, _ arguments: Arguments) throws -> Saliency.Part {
        let parts = saliency.parts.filter { $0.tokenNames.isEmpty }
        guard !parts.isEmpty else {
            throw arguments.error(at: "saliency", "this model saw no patches", help: "predict patients with slides")
        }
        let modality = arguments.optionalWord("modality") ?? parts[0].modality
        let own = parts.filter { $0.modality == modality }
        guard !own.isEmpty else {
            let names = Set(parts.map(\.modality)).sorted().joined(separator: ", ")
            throw arguments.error(
                at: "modality", "there are no weights of patches of \(modality)", help: "there is \(names)")
        }
        guard let role = arguments.optionalWord("role") else {
            return own.first { $0.role == .shared } ?? own[0]
        }
        guard let found = own.first(where: { $0.role.rawValue == role }) else {
            throw arguments.error(at: "role", "this model has no \(role) embedding of \(modality)")
        }
        return found
    }

    private func position(in part: Saliency.Part, _ saliency: Saliency, _ arguments: Arguments) throws -> Int {
        guard let patient = arguments.optionalString("patient") else {
            guard let first = part.rows.indices.min(by: { part.rows[$0] < part.rows[$1] }) else {
                throw arguments.error(at: "saliency", "no patient has \(part.modality)")
            }
            return first
        }
        guard let position = part.rows.firstIndex(where: { saliency.patients[$0] == patient }) else {
            throw arguments.error(
                at: "patient", "there are no weights of \(part.modality) for \(patient)",
                help: "there are \(part.rows.prefix(5).map { saliency.patients[$0] }.joined(separator: ", "))"
                    + (part.rows.count > 5 ? ", …" : ""))
        }
        return position
    }
}

/// The patches of a patient as the language has them.
struct SlideObject: Tabular {
    static let typeName = "slide"
    let patient: String
    let modality: String
    let role: Embeddings.Role
    let slides: [SlideFigure.Slide]

    func text(width: Int) -> String {
        var table = TextTable([.text("slide"), .number("patches"), .number("mean weight"), .number("largest")])
        for slide in slides {
            table.add([
                slide.name, String(slide.weights.count),
                formatNumber(slide.weights.reduce(0, +) / Double(max(slide.weights.count, 1)), digits: 3),
                formatNumber(slide.weights.max() ?? .nan, digits: 3),
            ])
        }
        return "\(role.rawValue) \(modality) of \(patient), weights as multiples of an even share\n"
            + table.text(width: width)
    }

    var json: JSON {
        .object([
            ("patient", .string(patient)), ("modality", .string(modality)), ("role", .string(role.rawValue)),
            (
                "slides",
                .array(
                    slides.map {
                        .object([
                            ("name", .string($0.name)), ("x", .numbers($0.x)), ("y", .numbers($0.y)),
                            ("weights", .numbers($0.weights)),
                        ])
                    })
            ),
        ])
    }

    /// One row per patch.
    var asTable: Table {
        var export = Table(rowCount: slides.reduce(0) { $0 + $1.x.count })
        export["slide"] = .labels(slides.flatMap { slide in slide.x.map { _ in slide.name } })
        export["x"] = .numbers(slides.flatMap(\.x))
        export["y"] = .numbers(slides.flatMap(\.y))
        export["weight"] = .numbers(slides.flatMap(\.weights))
        return export
    }
}

extension SlideObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try SlideFigure(
            slides: slides, weightName: "Weight, multiples of an even share", title: options.title,
            caption: "\(role.rawValue) embedding of \(modality), patient \(patient)",
            width: options.width ?? (slides.count > 2 ? .doubleColumn : .singleColumn)
        ).figure()
    }
}
