import CommandLanguage
import Results
import SurvivalStatistics

struct CorrelateCommand: Command {
    let declaration = CommandDeclaration(
        "correlate", "How columns go together: Pearson's, Spearman's or Kendall's correlation", topic: .tables,
        discussion: """
            One row per pair of columns, from the rows in which both are known; left_out counts the others, missing or \
            infinite. Pearson's r has Fisher's interval and Student's t. Spearman's rho and Kendall's tau-b share ranks \
            among equal values and have Bonett & Wright's intervals; p is exact (rho up to 9 pairs, beyond by an Edgeworth \
            series; tau below 50) where no values are equal, else Student's t and normal with the variance for ties. \
            Estimates and p agree with R's cor.test. Where a column does not vary, or fewer than three rows are left, \
            there is no estimate. Nothing is corrected for the number of pairs, and censoring is not accounted for: of \
            time use cindex or cox.
            """,
        parameters: [
            .tableArgument,
            .option("columns", .columnPatterns, "two columns or more; all that hold numbers if left out"),
            .option(
                "method", .word(choices: Correlation.Method.allCases.map(\.rawValue)),
                default: Correlation.Method.pearson.rawValue, "which correlation"),
            .level,
        ],
        result: TableObject.typeName,
        examples: [
            """
            women = cohort "Scripts/data/transbig_clinical.csv" time=time event=event
            correlate women columns=[age, size] method=spearman
            """
        ])

    /// More pairs than this were hardly meant.
    private static let mostPairs = 5_000

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let table = arguments.table()
        let columns = try columns(of: table, arguments)
        guard let method = Correlation.Method(rawValue: arguments.word("method")) else {
            preconditionFailure("the parameter allows the methods' names only")
        }
        let pairs = columns.indices.flatMap { first in columns.indices.dropFirst(first + 1).map { (first, $0) } }
        var estimates: [(used: Int, estimate: Correlation?)] = []
        for (place, (first, second)) in pairs.enumerated() {
            try context.progress("correlate", fraction: Double(place) / Double(pairs.count))
            let rows = (0..<table.rowCount).filter {
                columns[first].values[$0].isFinite && columns[second].values[$0].isFinite
            }
            estimates.append(
                (
                    rows.count,
                    try Correlation(
                        rows.map { columns[first].values[$0] }, rows.map { columns[second].values[$0] },
                        method: method, level: arguments.number("level"))
                ))
        }
        let without = estimates.count { $0.estimate == nil }
        if without > 0 {
            context.note(
                "\(counted(without, "pair")) of columns without an estimate: one does not vary, or too few rows are left"
            )
        }
        func numbers(_ part: (Correlation) -> Double) -> Column {
            .numbers(estimates.map { $0.estimate.map(part) ?? .nan })
        }
        var result = Table(rowCount: pairs.count)
        result["x"] = .labels(pairs.map { columns[$0.0].name })
        result["y"] = .labels(pairs.map { columns[$0.1].name })
        result["rows"] = .numbers(estimates.map { Double($0.used) })
        result["left_out"] = .numbers(estimates.map { Double(table.rowCount - $0.used) })
        result[method.symbol] = numbers(\.coefficient)
        result["lower"] = numbers(\.lower)
        result["upper"] = numbers(\.upper)
        result["p"] = numbers(\.p)
        return .object(TableObject(result))
    }

    private func columns(of table: Table, _ arguments: Arguments) throws -> [(name: String, values: [Double])] {
        let chosen = try arguments.columns("columns", among: table.names)
        var columns: [(name: String, values: [Double])] = []
        for name in chosen ?? table.names {
            if case .numbers(let values)? = table[name] {
                columns.append((name, values))
            } else if chosen != nil {
                throw arguments.error(
                    at: "columns", "\(name) holds labels, and a correlation is of numbers",
                    help: "crosstab counts labels; derive gives numbers: x=(\(name) == \"…\")")
            }
        }
        guard columns.count > 1 else {
            throw arguments.error(
                at: "columns", "a correlation is of two columns at least", help: "such as columns=[age, size]")
        }
        let pairs = columns.count * (columns.count - 1) / 2
        guard pairs <= Self.mostPairs else {
            throw arguments.error(
                at: "columns", "\(columns.count) columns make \(pairs) pairs, more than \(Self.mostPairs)",
                help: "choose some with columns=")
        }
        return columns
    }
}

extension Correlation.Method {
    /// The title of the column of estimates.
    fileprivate var symbol: String {
        switch self {
        case .pearson: "r"
        case .spearman: "rho"
        case .kendall: "tau"
        }
    }
}
