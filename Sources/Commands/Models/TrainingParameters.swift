import Cohorts
import CommandLanguage
import Training

/// The options that `train` and `crossvalidate` have in common.
enum TrainingParameters {
    static var declared: [Parameter] {
        let defaults = TrainingOptions()
        return [
            .option("on", .object([CohortObject.typeName]), required: true, "the cohort"),
            .option(
                "epochs", .integer(1...100_000), default: "\(defaults.epochs)", "passes over the training patients"),
            .option("lr", .number(1e-9...10), default: "\(defaults.learningRate)", "learning rate of AdamW"),
            .option(
                "batch", .integerOrWord(1...1_000_000, words: ["all"]), default: "32",
                "patients per step; all takes every training patient at once"),
            .option("weight_decay", .number(0...100), default: "\(defaults.weightDecay)", "decoupled weight decay"),
            .option(
                "average", .integer(1...100_000), default: "\(defaults.average)",
                "the weights are the mean of those after each of the last so many epochs"),
            .option(
                "members", .integer(1...1000), default: "\(defaults.members)",
                "networks from other first weights, whose risks and survival are averaged; embeddings, saliency, "
                    + "prototypes and history are the first one's"),
            .option(
                "with", .object([ModelObject.typeName]),
                "model cox, to be fitted beside and fused late: the risk is the sum of both"),
            .option(
                "precision", .word(choices: Precision.allCases.map(\.rawValue)), default: defaults.precision.rawValue,
                "of patch features and of the large products they enter: fp32; bf16, half the memory and traffic, an "
                    + "error where the processor does not multiply so; auto: bf16 where a bag has more than 500,000 "
                    + "values and the processor can, else fp32"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
            .option(
                "threads", .integer(1...1024),
                "threads of a training; when left out one, or where bags are large all. Last digits depend on it"),
        ]
    }

    static func options(_ arguments: Arguments, _ context: Context) throws -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = arguments.integer("epochs")
        options.learningRate = arguments.number("lr")
        options.weightDecay = arguments.number("weight_decay")
        options.average = arguments.integer("average")
        options.members = arguments.integer("members")
        if let other = try arguments.optionalObject("with", as: ModelObject.self)?.model {
            if case .steps = other.learning {
                throw arguments.error(
                    at: "with", "`with` takes model cox, not \(other.name), which is a network",
                    help: "with=(model cox)")
            }
            options.with = other
        }
        options.precision = Precision(rawValue: arguments.word("precision")) ?? options.precision
        options.threads = arguments.optionalInteger("threads")
        options.seed = UInt64(arguments.optionalInteger("seed") ?? context.settings.seed)
        options.batch =
            switch arguments.integerOrWord("batch") {
            case .integer(let count): .patients(count)
            case .word: .all
            }
        return options
    }
}

extension Context {
    /// The cohort with features of folders read from their caches, which are written where they are missing.
    func cached(_ cohort: Cohort, writing: Bool) throws -> CachedCohort {
        let cached = try cohort.withCachedFeatures(writing: writing) { name, share in
            try progress("cache \(name)", fraction: share)
        }
        cached.notes.forEach(note)
        cached.warnings.forEach(warn)
        return cached
    }

    /// Draws a training's progress; throws when the user interrupts.
    func show(_ progress: TrainingProgress, label: String) throws {
        let fold = progress.folds > 1 ? "fold \(progress.fold)/\(progress.folds)  " : ""
        let loss = progress.loss.isNaN ? "" : "loss \(formatFixed(progress.loss, decimals: 3))  "
        try self.progress(
            label, fraction: progress.fraction,
            detail: loss + fold + "epoch \(progress.epoch + 1)/\(progress.epochs)")
    }
}
