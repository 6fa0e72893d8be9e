import Cohorts
import CommandLanguage

struct SimulateCommand: Command {
    let declaration = CommandDeclaration(
        "simulate", "A cohort with known truth: histology patches and gene sets",
        discussion: """
            Every patient has three factors that both modalities show, three that only histology shows and three that \
            only genomics shows; all of them act on the hazard. 15% of the patches and a fifth of the gene sets carry \
            the factors, the rest is background. The column true_risk is the log-hazard itself, so its C-index is the \
            best that a model can reach.
            """,
        parameters: [
            .option("patients", .integer(2...10_000_000), default: "300", "number of patients"),
            .option("patches", .integer(1...1_000_000), default: "96", "patches per patient"),
            .option("features", .integer(1...100_000), default: "48", "features per patch"),
            .option("sets", .integer(5...100_000), default: "40", "number of gene sets"),
            .option("genes", .integer(1...100_000), default: "32", "genes per set"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
        ],
        result: CohortObject.typeName,
        examples: ["simulate patients=60 patches=20 seed=7", "cindex (simulate patients=100) risk=true_risk"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let parameters = SimulationParameters(
            patients: arguments.integer("patients"), patches: arguments.integer("patches"),
            features: arguments.integer("features"), sets: arguments.integer("sets"),
            genes: arguments.integer("genes"),
            seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
        let cohort = try Cohort.simulated(parameters)
        context.report(cohort)
        return .object(CohortObject(cohort: cohort))
    }
}
