import CommandLanguage

/// `describe x`: everything worth knowing about a value.
struct DescribeCommand: Command {
    let declaration = CommandDeclaration(
        "describe", "Tells everything worth knowing about a value", topic: .session,
        parameters: [.argument("value", .any, "a variable or any other value")],
        result: Description.typeName, examples: ["describe [3, 1, 2]"])

    func run(_ arguments: Arguments, in context: Context) -> Value? {
        .object(Description(value: arguments.value("value")))
    }
}

/// A value with its long text.
private struct Description: ObjectValue {
    static let typeName = "description"
    let value: Value

    func text(width: Int) -> String {
        switch value {
        case .object(let object): object.describe(width: width)
        case .list(let items):
            "list of \(counted(items.count, "value"))\n" + value.text(width: width)
        default: "\(value.typeName): \(value.text(width: width))"
        }
    }

    var json: JSON { value.json }
}
