import Cohorts
import CommandLanguage
import Results
import SurvivalStatistics

struct CoxnetCommand: Command {
    let declaration = CommandDeclaration(
        "coxnet", "Cox regression with a ridge, lasso or elastic-net penalty", topic: .regression,
        discussion: """
            For many covariates, more than there are patients if need be. Minimises −(log partial likelihood)/n + \
            lambda (alpha Σ|b| + (1 − alpha)/2 Σb²), agreeing with R's glmnet: alpha=1 is the lasso, which leaves \
            covariates out, alpha=0 ridge, which shrinks all. Covariates are the columns that columns= names, the \
            terms after ~, or both. Without lambda= a path of 100 penalties is fitted and one is chosen by the \
            partial-likelihood deviance of patients held out in turn: rule=min takes the smallest, rule=se the \
            strongest penalty within one standard error of it. Folds are random and equally rich in events, or those \
            that foldid= names. With standardize=true the penalty sees covariates in units of their standard \
            deviation. Coefficients are per unit of the covariates as they are; a positive one, a hazard ratio above \
            1, means that higher values go with earlier events. They are shrunken, and have no errors or p-values: \
            judge the model by its predictions of other patients. With unpenalised=true the terms after ~ are kept \
            out of the penalty. Patients with a missing value are left out and counted.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .argument("terms", .terms, required: false, "~ age + factor(stage) + strata(site)"),
            .option("columns", .columnPatterns, "numeric columns by name or pattern, such as \"*_rnaseq\""),
            .option("alpha", .number(0...1), default: "1", "share of the lasso in the penalty"),
            .option("lambda", .number(1e-12...1e12), "weight of the penalty; chosen by cross-validation when left out"),
            .option("folds", .integer(2...1000), default: "10", "number of random folds"),
            .option("foldid", .formula, "fold of each patient instead, such as a centre"),
            .option("seed", .integer(0...Int.max), "of the random folds; the session's when left out"),
            .option(
                "rule", .word(choices: CrossValidatedCoxPath.Rule.allCases.map(\.rawValue)), default: "min",
                "which penalty of the path"),
            .option("standardize", .boolean, default: "true", "penalise effects of one standard deviation"),
            .option("unpenalised", .boolean, default: "false", "leave the terms after ~ out of the penalty"),
            .option(
                "ties", .word(choices: ["efron", "breslow"]), default: "breslow",
                "rule for events at one time"),
        ],
        result: CoxnetObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            coxnet women folds=5 seed=1 ~ age + size + factor(grade)
            """,
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            join women "Scripts/data/transbig_expression.csv"
            coxnet women columns="*" alpha=0.5 lambda=0.2
            """,
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
        for option in ["folds", "foldid", "seed", "rule"] where arguments.has("lambda") && arguments.has(option) {
            throw arguments.error(
                at: option, "with lambda= nothing is chosen by cross-validation, so \(option)= has no use",
                help: "leave one of the two out")
        }
        for option in ["folds", "seed"] where arguments.has("foldid") && arguments.has(option) {
            throw arguments.error(
                at: option, "foldid= gives the folds, so \(option)= has no use", help: "leave one of the two out")
        }
        let design = try PenalisedDesign(arguments, subjects: subjects, in: context)
        guard let ties = CoxModel.Ties(rawValue: arguments.word("ties")),
            let rule = CrossValidatedCoxPath.Rule(rawValue: arguments.word("rule"))
        else { preconditionFailure("the declaration lists the rules") }
        let penalty = ElasticNet(
            alpha: arguments.number("alpha"), standardizes: arguments.boolean("standardize"),
            unpenalised: design.unpenalised, ties: ties)
        let object: CoxnetObject
        if let lambda = arguments.optionalNumber("lambda") {
            let path = try CoxPath.fit(
                design.outcome, covariates: design.covariates, names: design.names, penalty: penalty,
                lambdas: [lambda], strata: design.strata
            ) { try context.progress("coxnet", fraction: $0) }
            object = CoxnetObject(path: path, validation: nil, rule: nil, chosen: 0)
        } else {
            var generator = SeededGenerator(
                seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
            let folds =
                try design.folds
                ?? CrossValidatedCoxPath.folds(
                    design.outcome, count: arguments.integer("folds"), using: &generator)
            let validation = try CrossValidatedCoxPath.fit(
                design.outcome, covariates: design.covariates, names: design.names, penalty: penalty, folds: folds,
                strata: design.strata
            ) { try context.progress("coxnet", fraction: $0) }
            object = CoxnetObject(
                path: validation.path, validation: validation, rule: rule, chosen: validation.index(rule))
        }
        let constant = object.path.constantColumns.map { object.path.names[$0] }
        if !constant.isEmpty {
            context.note(
                "\(counted(constant.count, "covariate")) the same for all patients, so without a coefficient: "
                    + constant.prefix(3).joined(separator: ", ") + (constant.count > 3 ? ", …" : ""))
        }
        for warning in object.path.warnings + (object.validation?.warnings ?? []) {
            context.warn(warning.description)
        }
        return .object(object)
    }
}
