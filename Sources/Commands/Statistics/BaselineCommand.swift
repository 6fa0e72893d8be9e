import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct BaselineCommand: Command {
    let declaration = CommandDeclaration(
        "baseline", "Baseline cumulative hazard and survival of a Cox regression, by stratum", topic: .regression,
        discussion: """
            The hazard at the mean of each covariate (0 for covariates that are only −1, 0 or 1, such as levels of a \
            factor), which is where the linear predictor is 0; with centred=false, where all covariates are 0. A patient \
            whose linear predictor is η has exp(η) times that cumulative hazard, so a higher η means an earlier event. \
            Under the regression's tie rule: Efron's estimate, or Breslow's, which also follows ties=exact. Before the \
            first event the hazard is 0; beyond the last follow-up of the stratum it is not defined. Source: Breslow \
            1972, Efron 1977; agrees with R's basehaz.
            """,
        parameters: [
            .argument("regression", .object([CoxObject.typeName]), "what cox gave"),
            .option("centred", .boolean, default: "true", "at the means, not where all covariates are 0"),
        ],
        result: BaselineObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            hazard = baseline (cox women ~ age + size + strata(er))
            plot hazard unit="days"
            save hazard "Plots/baseline.csv"
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let regression = try arguments.object("regression", as: CoxObject.self)
        let (design, centred) = (regression.design, arguments.boolean("centred"))
        let strata = try regression.fit.baseline(design.outcome, strata: design.strata, centred: centred)
        return .object(
            BaselineObject(
                formula: regression.formula, ties: regression.fit.ties, centred: centred,
                names: strata.map { $0.stratum.flatMap { design.recipe.stratumNames?[$0] } ?? "all" }, strata: strata))
    }
}

/// Baseline hazards as the language has them.
struct BaselineObject: Tabular {
    static let typeName = "baseline"
    let formula: String
    let ties: CoxModel.Ties
    let centred: Bool
    /// Of the strata.
    let names: [String]
    let strata: [CoxBaseline]

    func text(width: Int) -> String {
        var table = TextTable([
            .text("stratum"), .number("patients"), .number("events"), .number("last event"), .number("hazard there"),
            .number("survival there"),
        ])
        for (name, stratum) in zip(names, strata) {
            let last = stratum.eventCount.lastIndex { $0 > 0 }
            table.add(
                [name, String(stratum.patients), String(stratum.events)]
                    + (last.map {
                        [
                            formatNumber(stratum.time[$0]), formatNumber(stratum.cumulativeHazard[$0]),
                            formatNumber(stratum.survival[$0]),
                        ]
                    } ?? ["none", "0", "1"]))
        }
        return table.text(width: width)
            + "\n\(centred ? "at the means of the covariates" : "where all covariates are 0"), ties=\(ties.rawValue)"
    }

    var json: JSON {
        .object([
            ("formula", .string(formula)), ("ties", .string(ties.rawValue)), ("centred", .boolean(centred)),
            (
                "strata",
                .array(
                    zip(names, strata).map { name, stratum in
                        .object([
                            ("name", .string(name)), ("patients", .number(Double(stratum.patients))),
                            ("events", .number(Double(stratum.events))), ("time", .numbers(stratum.time)),
                            ("hazard", .numbers(stratum.cumulativeHazard)), ("survival", .numbers(stratum.survival)),
                            ("log_hazard", .numbers(stratum.logCumulativeHazard)),
                            ("at_risk", .numbers(stratum.atRisk)), ("event_count", .numbers(stratum.eventCount)),
                            ("censored_count", .numbers(stratum.censoredCount)),
                        ])
                    })
            ),
        ])
    }

    /// One row per stratum and distinct time.
    var asTable: Table {
        func column(_ part: (CoxBaseline) -> [Double]) -> Column { .numbers(strata.flatMap(part)) }
        var export = Table(rowCount: strata.reduce(0) { $0 + $1.time.count })
        export["stratum"] = .labels(zip(names, strata).flatMap { name, stratum in stratum.time.map { _ in name } })
        export["time"] = column(\.time)
        export["at_risk"] = column { $0.atRisk.map(Double.init) }
        export["events"] = column { $0.eventCount.map(Double.init) }
        export["censored"] = column { $0.censoredCount.map(Double.init) }
        export["hazard"] = column(\.cumulativeHazard)
        export["survival"] = column(\.survival)
        return export
    }
}

extension BaselineObject: Drawable {
    /// Steps of the cumulative hazard, from 0 at time 0.
    func figure(_ options: PlotOptions) throws -> Figure {
        let lines = zip(names, strata).map { name, stratum in
            var (x, y) = ([0.0], [0.0])
            for (time, hazard) in zip(stratum.time, stratum.cumulativeHazard) {
                x += [time, time]
                y += [y[y.count - 1], hazard]
            }
            return LineFigure.Curve(name: name, x: x, y: y)
        }
        return try LineFigure(
            curves: lines, xTitle: options.unit.map { "Time (\($0))" } ?? "Time", yTitle: "Baseline cumulative hazard",
            title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}
