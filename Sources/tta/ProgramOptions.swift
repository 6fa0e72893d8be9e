import ArgumentParser
import CommandLanguage

let programVersion = "0.1.0"

struct TtaProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tta",
        abstract: "Multimodal survival analysis: a command language, a prompt and a script runner.",
        usage: """
            tta
                   tta -c <statements> [--set <name=value> ...] [--output text|json]
                   tta run <file> [--set <name=value> ...] [--output text|json]
                   tta check <file> ...
                   tta fix <file>
                   tta fmt [--check] <file> ...
                   tta reference [--format <format>]
            """,
        discussion: """
            Without arguments tta reads statements at a prompt, or from standard input when that is no terminal. \
            At the prompt, `help` lists the commands; `tta help cox` tells of one.

            Exit status: 0 fine, 1 a statement failed, 2 wrong usage, 130 interrupted.
            """,
        version: "tta \(programVersion)",
        subcommands: [
            RunStatements.self, RunScript.self, CheckScripts.self, FixScript.self, FormatScripts.self,
            WriteReference.self,
        ],
        defaultSubcommand: RunStatements.self)

    /// The words after `help` when the first of them is no subcommand.
    static func helpOfTheLanguage(_ arguments: [String]) -> [String]? {
        let words = arguments.dropFirst(2)
        guard arguments.dropFirst().first == "help", let word = words.first, !word.hasPrefix("-"),
            !configuration.subcommands.contains(where: { $0._commandName == word })
        else { return nil }
        return Array(words)
    }
}

/// `tta`, `tta -c '…'`: what is meant when no subcommand is named. It has options of its own rather than the program's,
/// since those would be taken before a subcommand sees them.
struct RunStatements: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statements", abstract: "Open the prompt, or run the statements given by -c.",
        usage: "tta [-c <statements>] [--set <name=value> ...] [--output text|json]", shouldDisplay: false)

    @Option(name: .customShort("c"), help: ArgumentHelp("Run these statements.", valueName: "statements"))
    var parts: [String] = []

    /// What all -c give, one after the other; nil without any.
    var statements: String? { parts.isEmpty ? nil : parts.joined(separator: "\n") }

    @OptionGroup var options: RunOptions

    @Argument(help: .hidden)
    var words: [String] = []

    mutating func validate() throws {
        if let word = words.first {
            if let statements {
                throw ValidationError("what -c runs is one word: quote it, as in -c '\(statements) \(word) …'")
            }
            throw ValidationError(
                word.hasSuffix(".tta")
                    ? "a script is run by `tta run \(word)`"
                    : "there is no subcommand `\(word)`: `tta run FILE` runs a script, `tta -c '\(word) …'` a statement"
            )
        }
        if statements == nil, !options.set.isEmpty {
            throw ValidationError("--set changes the parameters of a script: use it with run or -c")
        }
    }
}

struct RunScript: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a script, after checking it whole.")

    @Argument(help: "The script.", completion: .file(extensions: ["tta"]))
    var file: String

    @OptionGroup var options: RunOptions
}

struct CheckScripts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check scripts' names, options and types without running them.")

    @Argument(help: "The scripts.", completion: .file(extensions: ["tta"]))
    var files: [String]
}

struct FixScript: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix", abstract: "Put right what `tta check` finds and knows the remedy of.",
        discussion: "The file is changed in place; what has no sure remedy is left and told.")

    @Argument(help: "The script.", completion: .file(extensions: ["tta"]))
    var file: String
}

struct FormatScripts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Give scripts the canonical layout.",
        discussion: "Files are changed in place; - reads standard input and writes standard output.")

    @Flag(help: "Change nothing; name the files that are not in canonical layout and fail if there are any.")
    var check = false

    @Argument(help: "The scripts.", completion: .file(extensions: ["tta"]))
    var files: [String]
}

struct WriteReference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Print the reference of the commands, or what editors, shells and man want to know of them.",
        discussion: """
            markdown is docs/reference.md, man a manual page; textmate and vim are grammars, vscode and \
            vscode-configuration the rest of an extension; bash, zsh and fish complete the words of the shell's command \
            line. Scripts/editors/write writes them all.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case markdown, man, textmate, vscode, vim, bash, zsh, fish
        case vscodeConfiguration = "vscode-configuration"
    }

    @Option(help: "What is written.")
    var format: Format = .markdown
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
