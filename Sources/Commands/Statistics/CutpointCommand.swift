import CommandLanguage
import Figures
import Results
import SurvivalStatistics

struct CutpointCommand: Command {
    let declaration = CommandDeclaration(
        "cutpoint", "The cut of a column that parts survival most, with a p that knows of the search",
        topic: .statistics,
        discussion: """
            Tries every cut of the column that leaves a share of minprop on both sides, and takes the one with the \
            largest standardised log-rank statistic (Nelson-Aalen scores, with their variance over permutations). A \
            searched cut looks significant far too often: p is corrected for the search, and p_uncorrected, which is \
            what an ordinary log-rank test of the two groups would say, is given only to show the difference. Groups \
            made by the cut, their curves and their hazard ratio look better than they will in other patients, however \
            small p is.

            method=lau94 is an improved Bonferroni bound over the cuts tried, right for any column and a little large \
            where p is; lau92 is the limit for a continuous column; permutation is exact but for its Monte Carlo error. \
            The sign of the statistic tells the direction: above 0, patients at most at the cut have more events than \
            expected. Missing values are left out and counted. In formulas the cut is a member: km women by=(size > \
            c.cut). Source: Lausen & Schumacher 1992, 1994; Hothorn & Lausen 2003; agrees with R's maxstat where times \
            are not tied, and for ties with maxstat on martingale residuals.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            .option("of", .formula, required: true, "what to cut: a column of numbers"),
            .option("minprop", .number(0...0.5), default: "0.1", "the least share of patients on either side"),
            .option(
                "method", .word(choices: MaximallySelectedLogRank.Correction.allCases.map(\.rawValue)),
                default: MaximallySelectedLogRank.Correction.lau94.rawValue, "how p is corrected for the search"),
            .option("permutations", .integer(100...100_000_000), default: "10000", "of method=permutation"),
            .option("seed", .integer(0...Int.max), "of permutations; the session's when left out"),
        ],
        result: CutpointObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            c = cutpoint women of=size
            c
            km women by=(size > c.cut)
            """
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x")
        guard let formula = arguments.formula("of"),
            let correction = MaximallySelectedLogRank.Correction(rawValue: arguments.word("method"))
        else { preconditionFailure("the formula is required, and the parameter allows the methods' names only") }
        for option in ["permutations", "seed"] where arguments.has(option) && correction != .permutation {
            throw arguments.error(at: option, "\(option)= is for method=permutation", help: "leave it out")
        }
        let values = try formula.numbers(over: subjects.columns)
        let rows = values.indices.filter { !values[$0].isNaN }
        if rows.count < values.count {
            context.note("\(counted(values.count - rows.count, "patient")) left out: \(formula.text) is missing")
        }
        var generator = SeededGenerator(seed: UInt64(arguments.optionalInteger("seed") ?? context.settings.seed))
        let found = try maximallySelectedLogRank(
            subjects.outcome[rows], values: rows.map { values[$0] }, share: arguments.number("minprop"),
            correction: correction, permutations: arguments.integer("permutations"), using: &generator
        ) { try context.progress("cutpoint", fraction: $0) }
        return .object(CutpointObject(of: formula.text, found: found))
    }
}

struct CutpointObject: Tabular {
    static let typeName = "cutpoint"
    /// The formula that was cut.
    let of: String
    let found: MaximallySelectedLogRank

    private var method: String {
        switch found.correction {
        case .lau94: "Lausen & Schumacher 1994"
        case .lau92: "Lausen & Schumacher 1992"
        case .permutation: counted(found.permutations, "permutation")
        }
    }

    func text(width: Int) -> String {
        let best = found.best
        let cut = formatNumber(best.value, digits: 6)
        let verdict =
            found.p <= 0.05
            ? "some cut of \(of) parts survival; the two groups still look better here than in other patients"
            : "no evidence that any cut of \(of) parts survival"
        return [
            "best of \(counted(found.cuts.count, "cut")): \(of) ≤ \(cut) (\(counted(best.below, "patient"))) against "
                + "> \(cut) (\(found.patients - best.below)); more events \(best.z > 0 ? "at or below" : "above") it",
            "largest |z| = \(formatNumber(abs(best.z))), \(equation(p: found.p)) corrected for the search (\(method))",
            "without correction p would be \(formatPValue(found.uncorrectedP)), which ignores the search: do not report it",
            verdict,
        ].joined(separator: "\n")
    }

    var json: JSON {
        .object([
            ("of", .string(of)), ("cut", .number(found.best.value)), ("z", .number(found.best.z)),
            ("p", .number(found.p)), ("method", .string(found.correction.rawValue)),
            ("permutations", .number(Double(found.permutations))),
            ("p_uncorrected", .number(found.uncorrectedP)), ("patients", .number(Double(found.patients))),
            ("events", .number(Double(found.events))), ("below", .number(Double(found.best.below))),
            ("above", .number(Double(found.patients - found.best.below))),
            ("cuts", .numbers(found.cuts.map(\.value))), ("cut_z", .numbers(found.cuts.map(\.z))),
        ])
    }

    /// One row per cut tried.
    var asTable: Table {
        var export = Table(rowCount: found.cuts.count)
        export["cut"] = .numbers(found.cuts.map(\.value))
        export["below"] = .numbers(found.cuts.map { Double($0.below) })
        export["z"] = .numbers(found.cuts.map(\.z))
        return export
    }
}

extension CutpointObject: Drawable {
    /// The statistic of every cut tried.
    func figure(_ options: PlotOptions) throws -> Figure {
        try LineFigure(
            curves: [LineFigure.Curve(name: "|z|", x: found.cuts.map(\.value), y: found.cuts.map { abs($0.z) })],
            xTitle: of, yTitle: "Standardised log-rank statistic |z|", title: options.title,
            width: options.width ?? .singleColumn
        ).figure()
    }
}
