import Cohorts
import CommandLanguage
import Figures
import Foundation
import Results
import SurvivalStatistics

struct PredictedCurvesCommand: Command {
    /// Curves that can still be told apart.
    private static let most = 12

    let declaration = CommandDeclaration(
        "curves", "Survival curves that a Cox regression predicts", topic: .regression,
        discussion: """
            Without on=, one curve per stratum for a patient at the mean of each covariate (0 for covariates that are only \
            −1, 0 or 1, such as levels of a factor). With on=, one per patient of the cohort, at most \(Self.most), labelled by \
            id and in the patient's stratum; where= chooses them, by the cohort's columns or its id. Survival is exp(−H), \
            H the cumulative hazard under the regression's tie rule; its error counts that of the baseline and that of the \
            coefficients, robust where the regression's are. Intervals are made as km makes them (R's survfit of a Cox \
            model takes interval=log by default). A patient who lacks a term is left out and counted; a level or stratum \
            that the regression does not know is an error. A term that looks at a whole column, such as age > median(age), \
            looks at that of the cohort given. Beyond the last follow-up of the stratum a curve is not defined. Source: \
            Tsiatis 1981, Link 1984; agrees with R's survfit of coxph.
            """,
        parameters: [
            .argument("regression", .object([CoxObject.typeName]), "what cox gave"),
            .option("on", .object([CohortObject.typeName]), "the cohort whose patients are predicted"),
            .option("where", .formula, "of these, which; in the columns of on="),
            GroupedOutcome.declaredInterval, .level,
        ],
        result: PredictedCurvesObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=(time / 365.25) event=event
            fit = cox women ~ age + size + factor(grade)
            curves fit
            plot (curves fit on=women where=(size > 4.5) interval=log) unit="years"
            """
        ])

    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        KnownColumns(inFormulas: arguments.columns(of: "on"), ofResult: nil)
    }

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let regression = try arguments.object("regression", as: CoxObject.self)
        let (fit, design) = (regression.fit, regression.design)
        var (names, profiles) = ([String](), [CoxModel.Profile]())
        if let cohort = try arguments.optionalObject("on", as: CohortObject.self) {
            let chosen = try chosen(cohort, arguments)
            let found = try design.recipe.newcomers(
                over: TableColumns(table: chosen.asTable), patients: chosen.cohort.patients, arguments, in: context)
            names = found.rows.map { chosen.cohort.patients[$0] }
            profiles = found.rows.indices.map {
                CoxModel.Profile(covariates: Array(found.covariates[row: $0]), stratum: found.strata?[$0])
            }
        } else {
            if arguments.has("where") {
                throw arguments.error(
                    at: "where", "where= chooses among the patients of on=", help: "say on=COHORT too")
            }
            let strata = design.recipe.stratumNames.map { Array($0.indices) as [Int?] } ?? [nil]
            names = design.recipe.stratumNames ?? ["at the means"]
            profiles = strata.map { CoxModel.Profile(covariates: fit.means, stratum: $0) }
        }
        let curves = try fit.curves(
            design.outcome, covariates: design.covariates, strata: design.strata, of: profiles,
            level: arguments.number("level"), interval: arguments.interval)
        return .object(
            PredictedCurvesObject(
                formula: regression.formula, names: names, stratumNames: design.recipe.stratumNames, curves: curves,
                areAtMeans: !arguments.has("on")))
    }

    /// - Throws: when nobody, or more than can be drawn, is left.
    private func chosen(_ object: CohortObject, _ arguments: Arguments) throws -> CohortObject {
        let cohort = object.cohort
        var rows = Array(cohort.patients.indices)
        if let formula = arguments.formula("where") {
            let keep = try formula.truths(over: TableColumns(table: object.asTable))
            rows = rows.filter { keep[$0] == true }
            guard !rows.isEmpty else { throw arguments.error(at: "where", "this holds for no patient") }
        }
        guard rows.count <= Self.most else {
            throw arguments.error(
                at: arguments.has("where") ? "where" : "on",
                "these are \(rows.count) patients, and curves of more than \(Self.most) cannot be told apart",
                help:
                    "choose some with where=(\(cohort.idColumn) in [\"\(cohort.patients[rows[0]])\"]); predict is for all"
            )
        }
        return CohortObject(cohort: cohort[rows])
    }
}

/// Predicted curves as the language has them.
struct PredictedCurvesObject: Tabular {
    static let typeName = "predictedcurves"
    let formula: String
    /// Of the curves: the stratum or the patient.
    let names: [String]
    let stratumNames: [String]?
    let curves: [PredictedCurve]
    /// Whether the curves are those of the strata.
    let areAtMeans: Bool

    private func stratum(_ curve: PredictedCurve) -> String? { curve.stratum.flatMap { stratumNames?[$0] } }

    func text(width: Int) -> String {
        let showsStratum = stratumNames != nil && !areAtMeans
        var table = TextTable(
            [.text(areAtMeans ? "curve" : "patient")] + (showsStratum ? [.text("stratum")] : [])
                + [
                    .number("linear predictor"), .number("hazard ratio"), .number("median"),
                    .number(intervalTitle(level: curves[0].level)),
                ])
        for (name, curve) in zip(names, curves) {
            table.add(
                [name] + (showsStratum ? [stratum(curve) ?? "–"] : []) + [
                    formatFixed(curve.linearPredictor, decimals: 4),
                    formatRatio(exp(curve.linearPredictor), decimals: 3), timeText(curve.median),
                    "\(timeText(curve.medianLower)) – \(timeText(curve.medianUpper))",
                ])
        }
        return table.text(width: width) + "\nhazard ratio against the means of the covariates"
    }

    var json: JSON {
        .object([
            ("formula", .string(formula)),
            (
                "curves",
                .array(
                    zip(names, curves).map { name, curve in
                        .object([
                            ("name", .string(name)), ("stratum", stratum(curve).map(JSON.string) ?? .null),
                            ("linear_predictor", .number(curve.linearPredictor)),
                            ("patients", .number(Double(curve.patients))), ("events", .number(Double(curve.events))),
                            ("median", Commands.json(curve.median)), ("median_lower", Commands.json(curve.medianLower)),
                            ("median_upper", Commands.json(curve.medianUpper)), ("level", .number(curve.level)),
                            ("interval", .string(curve.interval.rawValue)), ("time", .numbers(curve.time)),
                            ("hazard", .numbers(curve.cumulativeHazard)), ("survival", .numbers(curve.survival)),
                            ("standard_error", .numbers(curve.standardError)), ("lower", .numbers(curve.lower)),
                            ("upper", .numbers(curve.upper)), ("at_risk", .numbers(curve.atRisk)),
                            ("event_count", .numbers(curve.eventCount)),
                            ("censored_count", .numbers(curve.censoredCount)),
                        ])
                    })
            ),
        ])
    }

    /// One row per curve and distinct time.
    var asTable: Table {
        func column(_ part: (PredictedCurve) -> [Double]) -> Column { .numbers(curves.flatMap(part)) }
        var export = Table(rowCount: curves.reduce(0) { $0 + $1.time.count })
        export["curve"] = .labels(zip(names, curves).flatMap { name, curve in curve.time.map { _ in name } })
        if stratumNames != nil {
            export["stratum"] = .labels(curves.flatMap { curve in curve.time.map { _ in stratum(curve) } })
        }
        export["time"] = column(\.time)
        export["hazard"] = column(\.cumulativeHazard)
        export["survival"] = column(\.survival)
        export["standard_error"] = column(\.standardError)
        export["lower"] = column(\.lower)
        export["upper"] = column(\.upper)
        return export
    }
}

extension PredictedCurvesObject: Drawable {
    /// As Kaplan-Meier curves; the patients at risk are shown where a curve stands for a stratum.
    func figure(_ options: PlotOptions) throws -> Figure {
        let isAlone = areAtMeans && stratumNames == nil
        return try KaplanMeierFigure(
            curves: zip(names, curves).map { KaplanMeierCurve($1, name: isAlone ? nil : $0) },
            timeUnit: options.unit, horizon: options.horizon, survivalTitle: "Predicted survival", title: options.title,
            width: options.width ?? .singleColumn, table: options.table, showsPatients: areAtMeans
        ).figure()
    }
}
