import Cohorts
import CommandLanguage

struct SimulateCommand: Command {
    let declaration = CommandDeclaration(
        "simulate", "A cohort with known truth: histology patches and gene sets", topic: .cohorts,
        discussion: """
            Every patient has three factors that both modalities show (columns shared1 … shared3), three that only \
            histology shows (histology1 … 3) and three that only genomics shows (genomics1 … 3); all of them act on the \
            hazard, 0.5 the shared and 0.4 the others. Some of the patches and a fifth of the gene sets carry the \
            factors, the rest is background. The column true_risk is the log-hazard itself, higher for an earlier event, \
            so its C-index is the best that a model can reach. Cohorts of one world with different seeds are samples of \
            one population: train on one, test on the other.

            With folder=, the patches are written to a folder of .h5 files, as CLAM writes them, and read from there, so \
            that they need not fit into memory; it is another sample than without. What is there already is not made \
            again, so that a simulation which was stopped goes on where it was.
            """,
        parameters: [
            .option("patients", .integer(2...10_000_000), default: "300", "number of patients"),
            .option("patches", .integer(1...1_000_000), default: "96", "patches per patient"),
            .option("most_patches", .integer(1...1_000_000), "patches vary evenly from patches to so many"),
            .option("features", .integer(1...100_000), default: "48", "features per patch"),
            .option("sets", .integer(5...100_000), default: "40", "number of gene sets"),
            .option("genes", .integer(1...100_000), default: "32", "genes per set"),
            .option("informative", .number(0...1), default: "0.15", "share of the patches that carry the factors"),
            .option("histology_noise", .number(0...1e6), default: "1", "standard deviation of the patches' noise"),
            .option("genomics_noise", .number(0...1e6), default: "1", "standard deviation of the genes' noise"),
            .option("missing_histology", .number(0...1), default: "0", "share of patients without histology"),
            .option("missing_genomics", .number(0...1), default: "0", "share of patients without genomics"),
            .option(
                "censoring", .numberOrWord(1e-6...1e6, words: ["none"]), default: "1.5",
                "mean time to censoring, which comes at random; none censors nobody"),
            .option("folder", .path, "a folder for the patches, one .h5 file a patient"),
            .option("seed", .integer(0...Int.max), "the session's when left out"),
            .option(
                "world", .integer(0...Int.max),
                "seed of how factors show in patches and genes; the patients' seed when left out"),
        ],
        result: CohortObject.typeName,
        examples: [
            "simulate patients=60 patches=20 seed=7", "cindex (simulate patients=100) risk=true_risk",
            "simulate patients=60 patches=20 seed=1007 world=7 missing_histology=0.2 genomics_noise=3",
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        var parameters = SimulationParameters(
            patients: arguments.integer("patients"), patches: arguments.integer("patches"),
            features: arguments.integer("features"), sets: arguments.integer("sets"),
            genes: arguments.integer("genes"),
            seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed),
            world: arguments.optionalInteger("world").map(UInt64.init))
        parameters.mostPatches = arguments.optionalInteger("most_patches")
        parameters.informativeShare = arguments.number("informative")
        parameters.histologyNoise = arguments.number("histology_noise")
        parameters.genomicsNoise = arguments.number("genomics_noise")
        parameters.missingHistology = arguments.number("missing_histology")
        parameters.missingGenomics = arguments.number("missing_genomics")
        if case .number(let mean) = arguments.numberOrWord("censoring") {
            parameters.censoring = mean
        } else {
            parameters.censoring = .infinity
        }
        let cohort = try Cohort.simulated(parameters, folder: arguments.optionalString("folder")) {
            try context.progress("simulate", fraction: $0)
        }
        context.report(cohort)
        return .object(CohortObject(cohort: cohort))
    }
}
