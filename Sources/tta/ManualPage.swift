import ArgumentParser
import CommandLanguage

/// The manual page `tta(1)` as roff text, from the declarations of the program's options and of the commands.
struct ManualPage {
    let commands: CommandRegistry

    private static let programs: [any ParsableCommand.Type] = [
        RunScript.self, CheckScripts.self, FixScript.self, FormatScripts.self, WriteReference.self,
    ]

    var text: String {
        let configuration = TtaProgram.configuration
        var lines = [
            ".\\\" Written by `tta reference --format man`.",
            ".TH TTA 1 \"\" \"tta \(programVersion)\" \"User Commands\"",
            ".SH NAME", "tta \\- multimodal survival analysis: a command language, a prompt and a script runner",
            ".SH SYNOPSIS", ".nf",
        ]
        lines += (configuration.usage ?? "").split(separator: "\n").map { escaped($0.drop { $0 == " " }) }
        lines += [".fi", ".SH DESCRIPTION"] + paragraphs(configuration.discussion)
        lines += [
            ".SH OPTIONS"
        ]
        lines += entry("-c statements", "Run these statements.")
        lines += entry(
            "--set name=value", "Give a parameter of the script another value; may be repeated.")
        lines += entry("--output text|json", "How values are shown: for people, or one JSON object a line.")
        lines.append(".SH SUBCOMMANDS")
        for program in Self.programs {
            lines += entry(program.configuration.commandName ?? "", program.configuration.abstract)
        }
        lines += [".SH LANGUAGE"]
        lines += paragraphs(
            """
            A line is a statement: a command with its arguments and options, `km women by=stage`; a value to show; or a \
            binding, `x = 3`. An argument or an option's value that is more than a name, a literal or a list stands in \
            parentheses. At the prompt `help` lists the commands by topic, `help km` or `?km` explains one, and \
            `example km` runs an example of it.
            """)
        for topic in commands.topics {
            lines.append(".SS \(escaped(capitalised(topic.name))): \(escaped(topic.summary))")
            for declaration in commands.declarations(on: topic) {
                lines += entry(declaration.name, declaration.summary)
            }
        }
        lines.append(".SH FILES")
        lines += entry("~/.ttarc", "Statements that run before the prompt opens.")
        lines += entry(
            "$XDG_STATE_HOME/tta/history, else ~/.local/state/tta/history", "What was typed at the prompt.")
        lines += entry("~/.inputrc", "Keys of the prompt; the application's name is tta.")
        lines.append(".SH ENVIRONMENT")
        lines += entry("NO_COLOR", "Set to anything: no colours.")
        lines += entry("PAGER", "The program that shows what is longer than the terminal; less if unset, none if cat.")
        lines.append(".SH EXAMPLES")
        lines += [
            ".nf", "tta run analysis.tta \\-\\-set seed=2",
            "tta \\-c \\(aqcindex (simulate patients=200) risk=true_risk\\(aq \\-\\-output json", ".fi",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func entry(_ title: String, _ text: String) -> [String] {
        [".TP", ".B \(escaped(title))"] + paragraphs(text + (text.hasSuffix(".") ? "" : "."))
    }

    private func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ".PP" : escaped($0) }
    }

    private func capitalised(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

    /// The text as roff prints it: no request at the beginning of a line, hyphens that can be copied, `code` bold.
    private func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        var isCode = false
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`":
                result += isCode ? "\\fR" : "\\fB"
                isCode.toggle()
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") ? "\\&" + result : result
    }
}
