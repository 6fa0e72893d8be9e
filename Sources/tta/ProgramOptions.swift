import ArgumentParser
import CommandLanguage

let programVersion = "0.1.0"

/// `tta`, `tta -c '…'`.
struct TtaProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tta",
        abstract: "Multimodal survival analysis: a command language, a prompt and a script runner.",
        discussion: """
            Without arguments tta reads statements at a prompt, or from standard input when that is no terminal. \
            At the prompt, `help` lists the commands.

            Exit status: 0 fine, 1 a statement failed, 2 wrong usage, 130 interrupted.
            """,
        version: "tta \(programVersion)",
        subcommands: [RunScript.self, CheckScript.self, WriteReference.self])

    @Option(name: .customShort("c"), help: ArgumentHelp("Run these statements.", valueName: "statements"))
    var statements: String?

    @OptionGroup var options: RunOptions

    mutating func validate() throws {
        if statements == nil, !options.set.isEmpty {
            throw ValidationError("--set changes the parameters of a script: use it with run or -c")
        }
    }
}

struct RunScript: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a script, after checking it whole.")

    @Argument(help: "The script.")
    var file: String

    @OptionGroup var options: RunOptions
}

struct CheckScript: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a script's names, options and types without running it.")

    @Argument(help: "The script.")
    var file: String
}

struct WriteReference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Print the reference page of the documentation.", shouldDisplay: false)
}

struct RunOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Give a parameter of the script another value; may be repeated.", valueName: "name=value"))
    var set: [ParameterSetting] = []

    @Option(help: "How values are shown: text, or json for one JSON object a line.")
    var output: Settings.Output = .text
}

/// `name=value`.
struct ParameterSetting: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        guard let equal = argument.firstIndex(of: "="), equal > argument.startIndex else { return nil }
        name = String(argument[..<equal])
        value = String(argument[argument.index(after: equal)...])
    }
}

extension Settings.Output: ExpressibleByArgument {}
