import CommandLanguage
import Results
import SurvivalStatistics

struct PairwiseCommand: Command {
    let declaration = CommandDeclaration(
        "pairwise", "The log-rank test of every pair of groups, adjusted for their number", topic: .statistics,
        discussion: """
            Each pair is tested on its own patients. adjust=holm holds the chance of any false finding (Holm 1979), \
            adjust=bh the expected share of false findings (Benjamini & Hochberg 1995), as R's p.adjust. A pair that \
            cannot be compared is listed with the reason and counts in no adjustment.

            \(LogRankOptions.rules)
            """,
        parameters: LogRankOptions.declared + [
            .option(
                "adjust", .word(choices: Adjustment.allCases.map(\.rawValue)), default: Adjustment.holm.rawValue,
                "how p is made up for the number of pairs")
        ],
        result: PairsObject.typeName,
        examples: ["pairwise (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) by=grade adjust=bh"])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let options = try LogRankOptions(arguments, in: context)
        guard let adjustment = Adjustment(rawValue: arguments.word("adjust")) else {
            preconditionFailure("the parameter allows the adjustments' names only")
        }
        var pairs = try pairwiseLogRank(
            options.outcome, groups: options.labels, weights: options.weights, strata: options.strata,
            adjustment: adjustment)
        for index in pairs.indices {
            pairs[index].first = options.name(of: pairs[index].first)
            pairs[index].second = options.name(of: pairs[index].second)
        }
        return .object(
            PairsObject(
                by: options.by, weights: options.weights, strata: arguments.formula("strata")?.text,
                adjustment: adjustment, pairs: pairs))
    }
}

struct PairsObject: Tabular {
    static let typeName = "pairs"
    let by: String
    let weights: LogRankWeights
    /// The formula that made the strata.
    let strata: String?
    let adjustment: Adjustment
    let pairs: [PairwiseLogRank]

    func text(width: Int) -> String {
        var table = TextTable([
            .text(by), .text("against"), .number("χ²"), .number("p"), .number("adjusted p"),
        ])
        for pair in pairs {
            table.add([
                pair.second, pair.first, pair.chiSquare.map { formatNumber($0) } ?? "–",
                pair.p.map(formatPValue) ?? "–", pair.adjustedP.map(formatPValue) ?? "–",
            ])
        }
        var lines = [table.text(width: width)]
        if let phrase = weights.phrase { lines.append(phrase) }
        if let strata { lines.append("within strata of \(strata)") }
        lines.append("adjusted by \(adjustment == .holm ? "Holm" : "Benjamini and Hochberg")")
        for pair in pairs {
            guard let obstacle = pair.obstacle else { continue }
            lines.append("\(pair.second) against \(pair.first): \(obstacle.errorDescription ?? "\(obstacle)")")
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object(
            [("by", .string(by))] + weights.json + [
                ("strata", strata.map(JSON.string) ?? .null), ("adjust", .string(adjustment.rawValue)),
                (
                    "pairs",
                    .array(
                        pairs.map { pair in
                            .object([
                                ("first", .string(pair.first)), ("second", .string(pair.second)),
                                ("chi_square", Commands.json(pair.chiSquare)), ("p", Commands.json(pair.p)),
                                ("adjusted_p", Commands.json(pair.adjustedP)),
                                ("obstacle", pair.obstacle?.errorDescription.map(JSON.string) ?? .null),
                            ])
                        })
                ),
            ])
    }

    /// One row per pair.
    var asTable: Table {
        var export = Table(rowCount: pairs.count)
        export["first"] = .labels(pairs.map(\.first))
        export["second"] = .labels(pairs.map(\.second))
        export["chi_square"] = .numbers(pairs.map { $0.chiSquare ?? .nan })
        export["p"] = .numbers(pairs.map { $0.p ?? .nan })
        export["adjusted_p"] = .numbers(pairs.map { $0.adjustedP ?? .nan })
        return export
    }
}
