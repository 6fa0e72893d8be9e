import CommandLanguage
import SurvivalStatistics

struct CoxCommand: Command {
    let declaration = CommandDeclaration(
        "cox", "Cox proportional hazards regression", topic: .regression,
        discussion: """
            Wald intervals, agreeing with R's coxph. A column of labels, a truth value or factor(column) gives one \
            term per level but the first, named as R names them; strata(column) gives every stratum a baseline hazard \
            of its own. age:er is an interaction, its columns those of R: levels are set against the first one where the \
            term without their factor is there, too (age + er + age:er), else each has a column of its own (er + er:age \
            gives every level of er a slope of age). A hazard ratio above 1 means that higher values go with earlier \
            events. Patients with a missing value in any term are left out and counted. With ties=efron, events of one time leave the risk \
            set in equal steps; with breslow, each sees the whole set; exact takes times as discrete and compares those \
            who had the events of one time with all sets of as many who could have had them, which takes longer the \
            more events fall on one time, and gives log odds ratios. robust=true takes errors, intervals and the \
            Wald test from the sandwich of Lin and Wei, which holds without proportional hazards; cluster= adds its \
            scores up within clusters, which holds when their patients resemble each other. Neither changes the \
            coefficients, and the likelihood-ratio and score tests keep the model's assumptions. With ties=exact no \
            patient has a score of their own, so there are no robust errors. firth=true maximises the likelihood with \
            Firth's penalty, which keeps coefficients finite where a covariate separates the patients with early events \
            (where the ordinary fit warns of an infinite one) and lessens bias in small samples; intervals and p are then \
            those of the profile of the penalised likelihood (Heinze and Schemper 2001).

            \(Subjects.samplingRules) With weights=, all above 0, each patient counts that much; if any weight is not \
            whole, errors are robust unless robust=false says that they are not sampling weights (R's rule). Firth's \
            penalty and ties=exact take neither option.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .argument("terms", .terms, "~ age + factor(stage) + strata(site)"),
            .option(
                "ties", .word(choices: CoxModel.Ties.allCases.map(\.rawValue)), default: "efron",
                "rule for events at one time"),
            .level,
            .option("robust", .boolean, default: "false", "the sandwich variance"),
            .option("firth", .boolean, default: "false", "Firth's penalty, with profile intervals"),
            .option("cluster", .formula, "cluster per patient, such as a centre; implies robust=true"),
            Subjects.declaredEntry, Subjects.declaredWeights,
        ],
        result: CoxObject.typeName,
        examples: [
            "cox (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) ~ age + size + factor(grade)",
            "cox (simulate patients=100 patches=5) ~ true_risk",
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            cox women ties=breslow level=0.9 robust=true ~ age + size
            cox women cluster=grade ~ age
            cox women ~ age + er + age:er
            cox women firth=true ~ age + er
            cox women entry=(time / 10) weights=size ~ age + er
            """,
            "cox (cohort \"Scripts/data/transbig_clinical.csv\" time=(ceiling(time / 365.25)) event=event) ties=exact ~ age + size",
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x").entering(arguments, in: context)
            .weighing(arguments, positive: true, in: context)
        let cluster = arguments.formula("cluster")
        if cluster != nil, arguments.has("robust"), !arguments.boolean("robust") {
            throw arguments.error(
                at: "robust", "errors by cluster are robust ones, so robust=false contradicts cluster=",
                help: "leave one of the two out")
        }
        if arguments.boolean("firth"), arguments.boolean("robust") || cluster != nil {
            throw arguments.error(
                at: "firth", "the penalised likelihood has no robust errors", help: "leave one of the two out")
        }
        guard let ties = CoxModel.Ties(rawValue: arguments.word("ties")) else {
            preconditionFailure("the declaration lists the rules")
        }
        if ties == .exact, cluster != nil || arguments.boolean("robust") {
            throw arguments.error(
                at: cluster != nil ? "cluster" : "robust",
                "with ties=exact there are no robust errors: no patient has a score of their own",
                help: "use ties=efron, or leave \(cluster != nil ? "cluster" : "robust")= out")
        }
        let refusing = arguments.boolean("firth") ? "Firth's penalty" : ties == .exact ? "ties=exact" : nil
        if let refusing, let option = ["entry", "weights"].first(where: arguments.has) {
            throw arguments.error(
                at: option, "\(refusing) does not take \(option)=", help: "leave one of the two out")
        }
        let design = try RegressionDesign(arguments, subjects: subjects, cluster: cluster, in: context)
        if arguments.boolean("firth") {
            guard ties != .exact else {
                throw arguments.error(
                    at: "ties", "Firth's penalty is for ties=efron or breslow", help: "leave one of the two out")
            }
            let fit = try CoxModel.fitFirth(
                design.outcome, covariates: design.covariates, names: design.names, ties: ties,
                strata: design.strata, level: arguments.number("level")
            ) { try context.progress("cox", fraction: $0) }
            fit.warnings.forEach { context.warn($0.description) }
            return .object(CoxObject(formula: arguments.terms("terms").text, fit: fit, design: design))
        }
        let hasSamplingWeights = design.weights?.contains { $0 != $0.rounded() } ?? false
        let isRobust = arguments.has("robust") ? arguments.boolean("robust") : hasSamplingWeights
        let fit = try CoxModel.fit(
            design.outcome, covariates: design.covariates, names: design.names, ties: ties, strata: design.strata,
            weights: design.weights,
            variance: design.clusters.map(CoxModel.Variance.clustered) ?? (isRobust ? .robust : .model),
            level: arguments.number("level")
        ) { try context.progress("cox", fraction: $0) }
        fit.warnings.forEach { context.warn($0.description) }
        var regression = CoxObject(formula: arguments.terms("terms").text, fit: fit, design: design)
        regression.sampling = samplingRemark(arguments)
        return .object(regression)
    }
}
