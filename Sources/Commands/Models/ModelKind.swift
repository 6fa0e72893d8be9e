import CommandLanguage
import SurvivalNetworks

/// One of the models that `model` describes: its word and options, and how they make it.
protocol ModelKind: Sendable {
    var form: CommandForm { get }
    /// - Throws: `Diagnostic` when options do not go together.
    func model(_ arguments: Arguments) throws -> any SurvivalModel
}

/// Every model, in the order of `help model`.
let modelKinds: [any ModelKind] = [
    TogetherApartKind(), CoxKind(),
    SNNKind(), ABMILKind(), PooledConcatenationKind(),
    MCATKind(), SurvPathKind(), MMPKind(),
    MOTCatKind(), PIBDKind(), CMTAKind(),
]

/// Options that models have in common.
enum ModelParameters {
    static func dim(_ range: ClosedRange<Int>, _ value: Int, _ help: String) -> Parameter {
        .option("dim", .integer(range), default: "\(value)", help)
    }

    static func dropout(_ value: Double, _ help: String) -> Parameter {
        .option("dropout", .number(0...0.95), default: "\(value)", help)
    }

    /// Read by `inputDropout(_: Arguments)`.
    static func inputDropout(_ value: InputDropout) -> [Parameter] {
        [
            .option(
                "input_dropout", .number(0...0.95), default: "\(value.features)",
                "dropout of single genes, and of the columns of tables without sets"),
            .option(
                "column_dropout", .number(0...0.95),
                "of such columns; as input_dropout when left out. Of a few clinical variables none stands in for another"
            ),
        ]
    }

    static func inputDropout(_ arguments: Arguments) -> InputDropout {
        InputDropout(arguments.number("input_dropout"), ofColumns: arguments.optionalNumber("column_dropout"))
    }

    /// The survival loss of a network; read by `loss`.
    static let loss: [Parameter] = [
        .option(
            "loss", .word(choices: ["discrete", "cox"]), default: "discrete",
            "hazards in time bins, or Cox's partial likelihood (Efron) with the batch as risk set"),
        .option("bins", .integer(1...100), default: "4", "time bins of the discrete loss"),
    ]

    static func loss(_ arguments: Arguments) throws -> LossKind {
        guard arguments.word("loss") == "cox" else { return .discrete(bins: arguments.integer("bins")) }
        if arguments.has("bins") {
            throw arguments.error(at: "bins", "loss=cox has no time bins", help: "leave bins= out")
        }
        return .cox
    }

    /// - Throws: `Diagnostic` unless `divisor` divides dim.
    static func checkDim(_ arguments: Arguments, divisor: Int, because reason: String) throws {
        let dim = arguments.integer("dim")
        guard dim % divisor != 0 else { return }
        throw arguments.error(
            at: "dim", "\(reason) needs a dim that \(divisor) divides", help: "dim=\(dim / divisor * divisor + divisor)"
        )
    }
}
