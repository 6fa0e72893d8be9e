import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct ResidualsCommand: Command {
    let declaration = CommandDeclaration(
        "residuals", "Residuals of a Cox regression, per patient or per event", topic: .regression,
        discussion: """
            martingale is events seen less events expected, 1 at most: above 0 the event came earlier than predicted, \
            below 0 later or not at all; they sum to 0 within each stratum. deviance is the same made symmetric, with \
            the same sign. schoenfeld has a row per event: the patient's covariates less their mean among those at risk; \
            scaledschoenfeld adds to them, once scaled by the covariance of the coefficients, the coefficients, so that a \
            trend over time is a trend of the coefficient. score is what each patient adds to the derivative of the log \
            likelihood; dfbeta about how much each coefficient would fall without the patient, dfbetas the same in \
            standard errors. The tie rule is the regression's; after ties=exact there are martingale and deviance \
            residuals only, with Breslow's baseline. The covariance is the model's own, also where errors are robust. save \
            writes all rows; Schoenfeld's are in order of stratum and time. Source: Therneau, Grambsch & Fleming 1990, \
            Schoenfeld 1982, Grambsch & Therneau 1994; agrees with residuals of R's coxph.
            """,
        parameters: [
            .argument("regression", .object([CoxObject.typeName]), "what cox gave"),
            .option(
                "type", .word(choices: CoxResiduals.Kind.allCases.map(\.rawValue)),
                default: CoxResiduals.Kind.martingale.rawValue, "which residuals"),
        ],
        result: ResidualsObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            fit = cox women ~ age + size + strata(er)
            residuals fit
            save (residuals fit type=dfbetas) "Plots/dfbetas.csv"
            plot (residuals fit type=scaledschoenfeld)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let regression = try arguments.object("regression", as: CoxObject.self)
        guard let kind = CoxResiduals.Kind(rawValue: arguments.word("type")) else {
            preconditionFailure("the declaration lists the types")
        }
        let design = regression.design
        let residuals = try regression.fit.residuals(
            kind, design.outcome, covariates: design.covariates, strata: design.strata)
        return .object(ResidualsObject(regression: regression, residuals: residuals))
    }
}

/// Residuals as the language has them.
struct ResidualsObject: Tabular {
    static let typeName = "residuals"
    let formula: String
    let ties: CoxModel.Ties
    let kind: CoxResiduals.Kind
    /// patient, time, event and perhaps stratum, then the residuals.
    let asTable: Table
    /// The columns with residuals.
    let names: [String]

    /// Rows that `describe` lists.
    private static let mostRows = 20

    init(regression: CoxObject, residuals: CoxResiduals) {
        let (design, rows) = (regression.design, residuals.patients)
        formula = regression.formula
        ties = regression.fit.ties
        kind = residuals.kind
        var table = Table(rowCount: rows.count)
        table["patient"] = .labels(rows.map { design.patients[$0] })
        table["time"] = .numbers(rows.map { design.outcome.time[$0] })
        table["event"] = .numbers(rows.map { design.outcome.event[$0] ? 1 : 0 })
        if let strata = design.strata, let names = design.recipe.stratumNames {
            table["stratum"] = .labels(rows.map { names[strata[$0]] })
        }
        let values = residuals.values
        let titles = values.columns == 1 && !kind.isPerCovariate ? [kind.rawValue] : regression.fit.terms.map(\.name)
        names = titles.enumerated().map { column, title in
            let name = table[title] == nil ? title : "\(title) residual"
            table[name] = .numbers((0..<values.rows).map { values[$0, column] })
            return name
        }
        asTable = table
    }

    private func numbers(_ name: String) -> [Double] {
        guard case .numbers(let values)? = asTable[name] else { return [] }
        return values
    }

    func text(width: Int) -> String {
        var table = TextTable([
            .text("residual"), .number("rows"), .number("mean"), .number("smallest"), .number("largest"),
        ])
        for name in names {
            let values = numbers(name)
            let count = Double(max(values.count, 1))
            table.add([
                name, String(values.count), formatFixed(values.reduce(0, +) / count, decimals: 4),
                formatFixed(values.min() ?? .nan, decimals: 4), formatFixed(values.max() ?? .nan, decimals: 4),
            ])
        }
        return table.text(width: width) + "\n\(kind.rawValue) residuals of \(formula), ties=\(ties.rawValue)"
    }

    func describe(width: Int) -> String {
        let columns = names.map(numbers)
        let size = asTable.rowCount
        let largest = (0..<size).map { row in columns.reduce(0) { max($0, abs($1[row])) } }
        let order = (0..<size).sorted { largest[$0] > largest[$1] }
        var table = TextTable(
            asTable.names.map { $0 == "patient" || $0 == "stratum" ? .text($0) : .number($0) })
        for row in order.prefix(Self.mostRows) {
            table.add(
                asTable.names.map { name in
                    switch asTable[name] {
                    case .numbers(let values)?:
                        names.contains(name) ? formatFixed(values[row], decimals: 4) : formatNumber(values[row])
                    case .labels(let labels)?: labels[row] ?? "–"
                    case nil: "–"
                    }
                })
        }
        var text = self.text(width: width) + "\n\nlargest first\n" + table.text(width: width)
        if size > Self.mostRows { text += "\n… and \(size - Self.mostRows) more; save writes all" }
        return text
    }

    /// Column by column.
    var json: JSON {
        let base = asTable.names.filter { !names.contains($0) }
        return .object(
            [("formula", .string(formula)), ("kind", .string(kind.rawValue)), ("ties", .string(ties.rawValue))]
                + base.compactMap { name in asTable[name].map { (name, $0.json) } }
                + [("residuals", .object(names.map { ($0, .numbers(numbers($0))) }))])
    }
}

extension CoxResiduals.Kind {
    /// Whether there is a residual per covariate.
    fileprivate var isPerCovariate: Bool { self != .martingale && self != .deviance }
}

extension ResidualsObject: Drawable {
    /// Against time.
    func figure(_ options: PlotOptions) throws -> Figure {
        let time = numbers("time")
        return try LineFigure(
            curves: names.map { LineFigure.Curve(name: $0, x: time, y: numbers($0), style: .points) },
            xTitle: options.unit.map { "Time (\($0))" } ?? "Time", yTitle: "Residual (\(kind.rawValue))",
            title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}
