import CommandLanguage
import Results
import SurvivalStatistics

/// The patients, weights and strata of a log-rank test, as `logrank` and `pairwise` take them.
struct LogRankOptions {
    let by: String
    let outcome: Outcome
    /// The group of each patient, as the number of its name.
    let labels: [String]
    let weights: LogRankWeights
    let strata: [Int]?
    private let names: [String]

    static let schemes = ["logrank", "gehan", "taroneware", "flemingharrington"]

    static let declared: [Parameter] = [
        .argument("x", .object(Subjects.typeNames), "whose patients"),
        .option("by", .formula, required: true, "group per patient: a column or a comparison"),
        .option("scheme", .word(choices: schemes), default: "logrank", "how much each event time counts"),
        .option("rho", .number(0...1000), "of flemingharrington: above 0 stresses early differences; 0 if left out"),
        .option("gamma", .number(0...1000), "of flemingharrington: above 0 stresses late differences; 0 if left out"),
        .option("strata", .formula, "stratum per patient; patients are compared within strata only"),
        Subjects.declaredEntry,
    ]

    /// For the help of both commands.
    static let rules = """
        A patient censored at the time of an event is at risk there; times that differ by rounding only count as one. \
        Weights of a time with n at risk and pooled survival S just before it: logrank 1, gehan n, taroneware √n, \
        flemingharrington S^rho (1 - S)^gamma. \(Subjects.samplingRules) Choose the scheme before looking at the curves. Patients whose group or \
        stratum is missing are left out and counted.
        """

    init(_ arguments: Arguments, in context: Context) throws {
        let subjects = try Subjects(arguments, "x").entering(arguments, in: context)
        guard let formula = arguments.formula("by") else { preconditionFailure("by is required") }
        let grouping = try Grouping(formula, over: subjects.columns, in: context)
        by = grouping.text
        names = grouping.names
        weights = try Self.weights(arguments)
        var kept = Array(grouping.rows.indices)
        if let formula = arguments.formula("strata") {
            let values = try formula.evaluate(over: subjects.columns).map(\.label)
            kept = kept.filter { values[grouping.rows[$0]] != nil }
            guard !kept.isEmpty else { throw formula.error("the stratum is missing for every patient") }
            let missing = grouping.rows.count - kept.count
            if missing > 0 { context.note("\(counted(missing, "patient")) left out: \(formula.text) is missing") }
            var numbers: [String: Int] = [:]
            strata = kept.compactMap { values[grouping.rows[$0]] }.map { label in
                let number = numbers[label] ?? numbers.count
                numbers[label] = number
                return number
            }
        } else {
            strata = nil
        }
        outcome = subjects.outcome[kept.map { grouping.rows[$0] }]
        let all = grouping.labels
        labels = kept.map { all[$0] }
        if let only = labels.first, !labels.contains(where: { $0 != only }) {
            throw formula.error(
                "every patient is in one group, \(name(of: only)); a test needs two", help: "choose another by=")
        }
    }

    /// What stands for a group in `labels`, as the user knows it.
    func name(of label: String) -> String { Int(label).map { names[$0] } ?? label }

    private static func weights(_ arguments: Arguments) throws -> LogRankWeights {
        let scheme = arguments.word("scheme")
        let (rho, gamma) = (arguments.optionalNumber("rho"), arguments.optionalNumber("gamma"))
        if scheme == "flemingharrington" {
            guard rho != nil || gamma != nil else {
                throw arguments.error(
                    at: "scheme", "flemingharrington needs rho= or gamma=",
                    help: "rho=1 for early differences, gamma=1 for late ones")
            }
            return .flemingHarrington(rho: rho ?? 0, gamma: gamma ?? 0)
        }
        for option in ["rho", "gamma"] where arguments.has(option) {
            throw arguments.error(
                at: option, "\(option)= is for scheme=flemingharrington", help: "leave it out, or name that scheme")
        }
        switch scheme {
        case "gehan": return .gehan
        case "taroneware": return .taroneWare
        default: return .logRank
        }
    }
}

extension LogRankWeights {
    /// Nil for the log-rank test itself.
    var phrase: String? {
        switch self {
        case .logRank: nil
        case .gehan: "Gehan's weights"
        case .taroneWare: "Tarone and Ware's weights"
        case .flemingHarrington(let rho, let gamma):
            "Fleming and Harrington's weights, rho \(formatNumber(rho)) and gamma \(formatNumber(gamma))"
        }
    }

    var json: [(key: String, value: JSON)] {
        switch self {
        case .logRank: [("scheme", .string("logrank"))]
        case .gehan: [("scheme", .string("gehan"))]
        case .taroneWare: [("scheme", .string("taroneware"))]
        case .flemingHarrington(let rho, let gamma):
            [("scheme", .string("flemingharrington")), ("rho", .number(rho)), ("gamma", .number(gamma))]
        }
    }
}
