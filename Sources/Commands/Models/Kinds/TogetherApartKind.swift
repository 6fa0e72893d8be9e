import CommandLanguage
import SurvivalNetworks
import TogetherApart
import Training

/// `model tta`.
struct TogetherApartKind: ModelKind {
    private static let positive = 1e-9...1e9

    let form: CommandForm

    init() {
        let h = HyperParameters()
        let weight = 0...1e6
        let schedules = HyperParameters.Schedule.allCases.map(\.rawValue)
        let fusions = HyperParameters.Fusion.allCases.map(\.rawValue)
        form = CommandForm(
            "tta", "Together-Then-Apart: shared prototypes and anchors of each modality",
            discussion: """
                Tokens of all modalities (patches, gene sets, table columns) are transported \
                onto shared prototypes by unbalanced optimal transport, and what the modalities have in common is \
                aligned there in a few dimensions (together). Each modality keeps what is its own through anchors, with \
                a contrast of two views against collapse (apart). Both predict survival. `together` and `apart` weigh \
                the two terms against the survival loss; shared=false or specific=false removes a branch; together=0 \
                leaves the shared branch without its terms. The defaults suit a few hundred patients; take dim=256 \
                prototypes=16 for cohorts with thousands of patches a patient.
                """,
            parameters: [
                .option("dim", .integer(4...4096), default: "\(h.dim)", "width of tokens and specific embeddings"),
                .option("prototypes", .integer(1...1024), default: "\(h.prototypes)", "number of shared prototypes"),
                .option("anchors", .integer(1...64), default: "\(h.anchors)", "anchors per modality"),
                .option(
                    "shared_dim", .integer(0...4096), default: "\(h.sharedDim)",
                    "width of the shared embedding; 0 leaves it as wide as the tokens"),
                .option("shared", .boolean, default: "\(h.shared)", "keep the Together branch"),
                .option("specific", .boolean, default: "\(h.specific)", "keep the Apart branch"),
                .option("epsilon", .number(1e-4...10), default: "\(h.epsilon)", "entropic smoothing of the transport"),
                .option(
                    "rho_token", .numberOrWord(Self.positive, words: ["balanced"]), default: "\(h.rhoToken)",
                    "price of leaving tokens out; balanced transports all of them"),
                .option(
                    "rho_prototype", .numberOrWord(Self.positive, words: ["balanced"]), default: "\(h.rhoPrototype)",
                    "price of filling prototypes unequally; balanced fills all equally"),
                .option(
                    "plan_gradient", .boolean, default: "\(h.planGradient)", "let gradients through the transport plan"),
                .option(
                    "gate", .boolean, default: "\(h.gate)",
                    "pool prototypes by a learned gate; otherwise by their occupancy"),
                .option("together", .number(weight), default: "\(h.together)", "weight of alignment and transport"),
                .option("apart", .number(weight), default: "\(h.apart)", "weight of distinctiveness"),
                .option(
                    "contrast", .boolean, default: "\(h.contrast)",
                    "align patients by contrast; otherwise by cosine similarity alone"),
                .option(
                    "token_keys", .boolean, default: "\(h.tokenKeys)",
                    "attend to gene sets and columns by which they are; otherwise by what they hold"),
                .option(
                    "linear_values", .boolean, default: "\(h.linearValues)",
                    "gather, besides encoded tokens, what they are made of before the first nonlinearity"),
                .option("views", .boolean, default: "\(h.views)", "contrast two views of a patient's tokens"),
                .option(
                    "margin", .numberOrWord(0...2, words: ["none"]), default: h.margin.map { "\($0)" } ?? "none",
                    "margin of the anchors' hinge; none leaves the hinge out"),
                .option(
                    "temperature", .number(1e-3...100), default: "\(h.temperature)", "temperature of the contrasts"),
                .option(
                    "schedule", .word(choices: schedules), default: h.schedule.rawValue,
                    "joint: all at once; alternate: two updates a batch; sequential: Together first, then Apart"),
                .option(
                    "fusion", .word(choices: fusions), default: h.fusion.rawValue, "how embeddings become a prediction"),
                .option("dropout", .number(0...0.95), default: "\(h.dropout)", "dropout of the encoders"),
                .option("head_dropout", .number(0...0.95), default: "\(h.headDropout)", "dropout before the head"),
            ] + ModelParameters.inputDropout(h.inputDropout) + ModelParameters.loss,
            examples: ["model tta", "model tta dim=32 schedule=alternate loss=cox"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        var h = HyperParameters()
        h.dim = arguments.integer("dim")
        h.prototypes = arguments.integer("prototypes")
        h.anchors = arguments.integer("anchors")
        h.sharedDim = arguments.integer("shared_dim")
        h.shared = arguments.boolean("shared")
        h.specific = arguments.boolean("specific")
        h.epsilon = arguments.number("epsilon")
        h.rhoToken = price(arguments.numberOrWord("rho_token"))
        h.rhoPrototype = price(arguments.numberOrWord("rho_prototype"))
        h.planGradient = arguments.boolean("plan_gradient")
        h.gate = arguments.boolean("gate")
        h.together = arguments.number("together")
        h.apart = arguments.number("apart")
        h.contrast = arguments.boolean("contrast")
        h.views = arguments.boolean("views")
        h.margin = if case .number(let margin) = arguments.numberOrWord("margin") { margin } else { nil }
        h.tokenKeys = arguments.boolean("token_keys")
        h.linearValues = arguments.boolean("linear_values")
        h.temperature = arguments.number("temperature")
        h.dropout = arguments.number("dropout")
        h.inputDropout = ModelParameters.inputDropout(arguments)
        h.headDropout = arguments.number("head_dropout")
        if let schedule = HyperParameters.Schedule(rawValue: arguments.word("schedule")) { h.schedule = schedule }
        if let fusion = HyperParameters.Fusion(rawValue: arguments.word("fusion")) { h.fusion = fusion }
        guard h.shared || h.specific else {
            throw arguments.error(
                at: "specific", "without both branches nothing is left", help: "keep shared or specific")
        }
        if h.schedule != .joint, !(h.shared && h.specific) {
            throw arguments.error(
                at: "schedule", "schedule=\(h.schedule.rawValue) takes turns between two branches, and one is off",
                help: "use schedule=joint")
        }
        if h.fusion == .transformer {
            try ModelParameters.checkDim(arguments, divisor: 4, because: "fusion=transformer")
        }
        return TogetherApartModel(h, loss: try ModelParameters.loss(arguments))
    }

    private func price(_ value: NumberOrWord) -> Double {
        if case .number(let number) = value { number } else { .infinity }
    }
}
