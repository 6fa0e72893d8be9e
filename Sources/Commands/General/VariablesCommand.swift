import CommandLanguage

/// `vars`: the variables with their types.
struct VariablesCommand: Command {
    let declaration = CommandDeclaration(
        "vars", "Lists the variables", topic: .session, result: VariableList.typeName, examples: ["x = 3\nvars"])

    func run(_ arguments: Arguments, in context: Context) -> Value? {
        .object(VariableList(variables: context.variables))
    }
}

private struct VariableList: ObjectValue {
    static let typeName = "variables"
    let variables: [(name: String, value: Value)]

    func text(width: Int) -> String {
        guard !variables.isEmpty else { return "no variables yet" }
        var table = TextTable([.text("name"), .text("type"), .text("value")])
        for (name, value) in variables {
            let firstLine = value.text(width: width).prefix { $0 != "\n" }
            // Alignment with the lines below means nothing here.
            table.add([name, value.typeName, firstLine.split(separator: " ").joined(separator: " ")])
        }
        return table.text(width: width)
    }

    var json: JSON {
        .object([
            (
                "variables",
                .array(variables.map { .object([("name", .string($0.name)), ("type", .string($0.value.typeName))]) })
            )
        ])
    }
}
