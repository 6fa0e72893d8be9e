import CommandLanguage
import Foundation

/// A small domain: a table of five people, and commands that use every kind of parameter.
let sampleCommands: [any Command] = [
    PrintCommand(), PeopleCommand(), EachCommand(), FitCommand(), ExtendCommand(), TuneCommand(), PickCommand(),
    GatherCommand(),
    QuietCommand(), FailCommand(), BlameCommand(), WorkCommand(),
]

struct People: ObjectValue, ColumnSource {
    static let typeName = "group"
    var names = ["age", "stage", "dead", "odd-name", "size"]
    var extra: [String] = []

    var columnNames: [String] { names + extra }
    var rowCount: Int { 5 }
    func column(_ name: String) -> [Value]? {
        switch name {
        case "age": [.number(50), .number(60), .missing, .number(80), .number(70)]
        case "stage": [.string("I"), .string("II"), .string("III"), .missing, .string("II")]
        case "dead": [.boolean(true), .boolean(false), .boolean(true), .missing, .boolean(false)]
        case "odd-name": (1...5).map { .number(Double($0)) }
        case "size": [.number(2), .number(4), .number(4), .number(4), .number(6)]
        default: extra.contains(name) ? [Value](repeating: .number(0), count: 5) : nil
        }
    }
    var columns: (any ColumnSource)? { self }
    func text(width: Int) -> String { "5 people" + extra.map { ", \($0)" }.joined() }
    var json: JSON {
        .object([
            ("patients", .number(5)), ("extra", .strings(extra)), ("nothing", .null),
            ("first", .object([("age", .number(50))])),
        ])
    }
}

struct PrintCommand: Command {
    let declaration = CommandDeclaration(
        "print", "shows values", parameters: [.argument("values", .expressions, "what to show")], examples: ["print 1"])
    func run(_ arguments: Arguments, in context: Context) -> Value? {
        context.display(arguments.expressions("values").map(\.value))
        return nil
    }
}

struct PeopleCommand: Command {
    let declaration = CommandDeclaration("people", "five people", result: "group", examples: ["people"])
    func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        KnownColumns(inFormulas: nil, ofResult: People().columnNames)
    }
    func run(_ arguments: Arguments, in context: Context) -> Value? { .object(People()) }
}

struct GatherCommand: Command {
    let declaration = CommandDeclaration(
        "gather", "counts people",
        parameters: [
            .argument("groups", .objects(["group"]), "the people"),
            .option("twice", .boolean, default: "false", "counts each twice"),
        ],
        result: "string", examples: ["gather (people)"])
    func run(_ arguments: Arguments, in context: Context) -> Value? {
        let counts = arguments.expressions("groups").map { text, value in
            if case .list(let items) = value { "\(text): \(items.count)" } else { "\(text): one" }
        }
        return .string(counts.joined(separator: ", ") + (arguments.boolean("twice") ? ", twice" : ""))
    }
}

struct EachCommand: Command {
    let declaration = CommandDeclaration(
        "each", "a formula's value for each person",
        parameters: [
            .argument("people", .object(["group"]), "the people"),
            .option("by", .formula, required: true, "the formula"),
        ],
        result: "list", examples: ["each (people) by=age"])
    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let people = try arguments.object("people", as: People.self)
        return .list(try arguments.formula("by")!.evaluate(over: people))
    }
}

struct FitCommand: Command {
    let declaration = CommandDeclaration(
        "fit", "lists terms",
        parameters: [
            .argument("people", .object(["group"]), "the people"), .argument("terms", .terms, "the terms"),
            .option("ties", .word(choices: ["efron", "breslow"]), default: "efron", "the rule for ties"),
        ],
        result: "list", examples: ["fit (people) ~ age"])
    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let people = try arguments.object("people", as: People.self)
        let terms = arguments.terms("terms")
        context.note("\(terms.text), \(arguments.word("ties"))")
        return .list(
            try terms.terms.map { term in
                let factors = try term.factors.map { factor in
                    "\(factor.wrapper ?? "-") \(factor.formula.text) \(try factor.formula.evaluate(over: people).count)"
                }
                return .string("\(term.text) " + factors.joined(separator: " : "))
            })
    }
}

struct ExtendCommand: Command {
    let declaration = CommandDeclaration(
        "extend", "adds a column",
        parameters: [
            .argument("people", .object(["group"]), "the people"),
            .argument("name", .word(choices: nil), "the column"),
        ],
        result: "group", updatesFirstArgument: true, examples: ["p = people\nextend p weight"])
    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        var people = try arguments.object("people", as: People.self)
        people.extra.append(arguments.word("name"))
        return .object(people)
    }
}

struct TuneCommand: Command {
    let declaration = CommandDeclaration(
        "tune", "shows its options",
        parameters: [
            .option("rate", .number(.leastNonzeroMagnitude...1), default: "5e-4", "the learning rate"),
            .option("steps", .integer(1...Int.max), default: "20", "the number of steps"),
            .option("batch", .integerOrWord(1...1000, words: ["all"]), default: "all", "the batch size"),
            .option("rho", .numberOrWord(0...Double.infinity, words: ["inf"]), "the relaxation"),
            .option("quiet", .boolean, default: "false", "whether to say nothing"),
            .option("file", .string, "a file"),
            .option(
                "schedule", .word(choices: ["joint", "alternate", "sequential"]), default: "joint", "the schedule"),
        ],
        result: "string", examples: ["tune rate=0.1"])
    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let batch =
            switch arguments.integerOrWord("batch") {
            case .integer(let size): "\(size)"
            case .word(let word): word
            }
        let rho =
            switch arguments.optionalNumberOrWord("rho") {
            case .number(let number)?: "\(number)"
            case .word(let word)?: word
            case nil: "none"
            }
        let parts = [
            "\(arguments.number("rate"))", "\(arguments.integer("steps"))", batch, rho, "\(arguments.boolean("quiet"))",
            arguments.optionalString("file") ?? "none", arguments.word("schedule"), "\(arguments.has("rate"))",
        ]
        return .string(parts.joined(separator: " "))
    }
}

struct PickCommand: Command {
    let declaration = CommandDeclaration(
        "pick", "shows which columns are meant",
        parameters: [
            .argument("people", .object(["group"]), "the people"),
            .option("columns", .columnPatterns, "the columns"), .option("id", .columnName, "the patients' column"),
        ],
        result: "string", examples: ["pick (people) columns=[age]"])
    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let columns = arguments.optionalColumnPatterns("columns") ?? []
        return .string((columns + [arguments.optionalColumnName("id") ?? "-"]).joined(separator: "|"))
    }
}

/// Has nothing to show.
struct QuietCommand: Command {
    let declaration = CommandDeclaration("quiet", "does nothing", examples: ["quiet"])
    func run(_ arguments: Arguments, in context: Context) -> Value? { nil }
}

struct FailCommand: Command {
    struct Failure: LocalizedError {
        var errorDescription: String? { "the disk is full" }
        var recoverySuggestion: String? { "make room" }
    }
    let declaration = CommandDeclaration("fail", "fails", examples: ["fail"])
    func run(_ arguments: Arguments, in context: Context) throws -> Value? { throw Failure() }
}

struct BlameCommand: Command {
    let declaration = CommandDeclaration(
        "blame", "fails at its option",
        parameters: [.option("time", .formula, "a formula"), .option("event", .formula, "another")], examples: ["blame"]
    )
    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        throw arguments.error(at: "time", "the time of patient 3 is negative", help: "correct the file")
    }
}

/// Works in steps that can be interrupted.
struct WorkCommand: Command {
    let declaration = CommandDeclaration("work", "works", result: "number", examples: ["work"])
    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        for step in 0..<10 { try context.progress("work", fraction: Double(step) / 10) }
        return .number(10)
    }
}
