import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct FineGrayCommand: Command {
    let declaration = CommandDeclaration(
        "finegray", "Fine-Gray regression: covariates and the cumulative incidence of one cause", topic: .regression,
        discussion: """
            Proportional subdistribution hazards. A ratio above 1 means that higher values go with a higher cumulative \
            incidence of the cause, whether through its own hazard or because other causes take fewer patients before; \
            the hazard of the cause itself is what cox with event=(event == 1 and cause == "relapse") compares. Patients \
            who had another event stay in the risk sets with the weight of still being uncensored, from the \
            Kaplan-Meier estimate of the censoring of all patients. Events of one time see the same risk set (Breslow). \
            \(CompetingPatients.rules) Patients with a missing value in any term are left out and counted; terms are as \
            in cox, without strata().

            Standard errors, intervals and the Wald test are those of cmprsk's crr, which know that the weights are \
            estimated; coxph on the data of R's finegray takes them as known, and takes events of a time out of the \
            risk set for censorings of that time: its errors and, with such ties, its coefficients differ a little. \
            Source: Fine & Gray 1999.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .argument("terms", .terms, "~ age + factor(stage)"), CompetingPatients.declaredCause,
            .option("of", .any, required: true, "the cause, as of=\"relapse\" or of=1"),
            .level,
        ],
        result: FineGrayObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            finegray women cause=("early" if time < 5 else "late") of="early" ~ age + size + er
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let patients = try CompetingPatients(arguments, in: context)
        guard let cause = try patients.cause(named: "of", arguments) else { preconditionFailure("of is required") }
        if let strata = arguments.terms("terms").terms.compactMap(\.strata).first {
            throw strata.formula.error("finegray has no strata", help: "make it a term: factor(\(strata.formula.code))")
        }
        let design = try RegressionDesign(
            arguments, subjects: patients.subjects, among: patients.rows, in: context)
        let fit = try FineGrayModel.fit(
            patients.outcome(design.rows), cause: cause, covariates: design.covariates, names: design.names,
            level: arguments.number("level")
        ) { try context.progress("finegray", fraction: $0) }
        fit.warnings.forEach { context.warn($0.description) }
        return .object(FineGrayObject(formula: arguments.terms("terms").text, fit: fit))
    }
}

/// A Fine-Gray regression as the language has it.
struct FineGrayObject: Tabular {
    static let typeName = "finegray"
    let formula: String
    let fit: FineGrayModel

    func text(width: Int) -> String {
        var table = TextTable([
            .text("term"), .number("coefficient"), .number("ratio"), .number(intervalTitle(level: fit.level)),
            .number("z"), .number("p"),
        ])
        for term in fit.terms {
            table.add([
                term.name, formatCoefficient(term.coefficient), formatRatio(term.hazardRatio, decimals: 3),
                "\(formatRatio(term.lower, decimals: 3)) – \(formatRatio(term.upper, decimals: 3))",
                formatFixed(term.z, decimals: 2), formatPValue(term.p),
            ])
        }
        return [
            table.text(width: width),
            "subdistribution hazard of \(fit.cause): \(counted(fit.patients, "patient")), "
                + "\(counted(fit.events, "event")), \(counted(fit.competingEvents, "competing event")), "
                + "\(fit.censored) censored",
            "Wald χ² = \(formatNumber(fit.wald.chiSquare)) on \(fit.wald.degreesOfFreedom) df, "
                + equation(p: fit.wald.p),
        ].joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("formula", .string(formula)), ("cause", .string(fit.cause)),
            (
                "terms",
                .array(
                    fit.terms.map { term in
                        .object([
                            ("term", .string(term.name)), ("coefficient", .number(term.coefficient)),
                            ("hazard_ratio", .number(term.hazardRatio)), ("lower", .number(term.lower)),
                            ("upper", .number(term.upper)), ("standard_error", .number(term.standardError)),
                            ("z", .number(term.z)), ("p", .number(term.p)),
                        ])
                    })
            ),
            ("covariance", fit.covariance.json), ("level", .number(fit.level)),
            ("patients", .number(Double(fit.patients))), ("events", .number(Double(fit.events))),
            ("competing_events", .number(Double(fit.competingEvents))), ("censored", .number(Double(fit.censored))),
            ("log_likelihood", .number(fit.logLikelihood)), ("null_log_likelihood", .number(fit.nullLogLikelihood)),
            ("likelihood_ratio", fit.likelihoodRatio.json), ("wald", fit.wald.json),
            ("warnings", .strings(fit.warnings.map(\.description))),
        ])
    }

    var asTable: Table {
        var export = Table(rowCount: fit.terms.count)
        export["term"] = .labels(fit.terms.map(\.name))
        export["coefficient"] = .numbers(fit.terms.map(\.coefficient))
        export["hazard_ratio"] = .numbers(fit.terms.map(\.hazardRatio))
        export["lower"] = .numbers(fit.terms.map(\.lower))
        export["upper"] = .numbers(fit.terms.map(\.upper))
        export["standard_error"] = .numbers(fit.terms.map(\.standardError))
        export["z"] = .numbers(fit.terms.map(\.z))
        export["p"] = .numbers(fit.terms.map(\.p))
        return export
    }
}

extension FineGrayObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try ForestFigure(
            terms: fit.terms.map {
                ForestFigure.Term(
                    name: $0.name, hazardRatio: $0.hazardRatio, lower: $0.lower, upper: $0.upper, p: $0.p)
            }, level: fit.level, title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}
