/// The reference page of the documentation, in Markdown, from the declarations.
public struct ReferencePage {
    let commands: CommandRegistry

    public init(commands: CommandRegistry) { self.commands = commands }

    public var markdown: String {
        var parts = [
            "# Reference",
            "Written by `tta reference` from the declarations of the commands; change those, not this page.",
            "## Commands",
        ]
        for topic in commands.topics {
            parts.append(
                table(
                    [topic.name, topic.summary],
                    commands.declarations(on: topic).map { ["[`\($0.name)`](#\($0.name))", $0.summary] }))
        }
        parts += commands.commands.map { section($0.declaration) }
        parts.append("## Statements")
        parts.append(table(["Statement", "What it does"], LanguageWord.all.map { ["`\($0.usage)`", $0.summary] }))
        parts.append("## Functions")
        parts.append(table(["Function", "Result"], BuiltInFunction.all.map { ["`\($0.usage)`", $0.summary] }))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func section(_ declaration: CommandDeclaration, heading: String = "###") -> String {
        var parts = ["\(heading) \(declaration.title)", declaration.summary + ".", "    " + declaration.usage]
        // A chosen form stands in the title already.
        let parameters = declaration.parameters.dropFirst(declaration.title == declaration.name ? 0 : 1)
        if !parameters.isEmpty {
            parts.append(
                table(
                    ["Parameter", "Default", "Meaning"],
                    parameters.map { parameter in
                        [
                            "`\(parameter.name)\(parameter.isOption ? "=" : "")`", defaultCell(parameter),
                            meaning(parameter),
                        ]
                    }))
        }
        if !declaration.discussion.isEmpty { parts.append(declaration.discussion) }
        if let result = declaration.result { parts.append("Gives \(withArticle(result)).") }
        parts.append("```\n" + declaration.examples.joined(separator: "\n\n") + "\n```")
        for form in declaration.forms {
            if let declaration = declaration.form(form.name) {
                parts.append(section(declaration, heading: heading + "#"))
            }
        }
        return parts.joined(separator: "\n\n")
    }

    private func defaultCell(_ parameter: Parameter) -> String {
        if let text = parameter.defaultText { return "`\(text)`" }
        return parameter.isRequired ? "required" : ""
    }

    private func meaning(_ parameter: Parameter) -> String {
        parameter.help + ": " + parameter.kind.expectation + (parameter.unit.map { ", in \($0)" } ?? "")
    }

    private func table(_ titles: [String], _ rows: [[String]]) -> String {
        func line(_ cells: [String]) -> String {
            "| "
                + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
                .joined(separator: " | ") + " |"
        }
        return ([line(titles), line(titles.map { _ in "---" })] + rows.map(line)).joined(separator: "\n")
    }
}
