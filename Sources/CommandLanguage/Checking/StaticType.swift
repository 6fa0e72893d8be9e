/// What is known of a value before anything runs.
enum StaticType {
    case unknown
    /// The name of a type: `number`, `cohort`.
    case named(String)
    /// A type whose columns are known.
    case table(String, columns: [String])
    case function(UserFunction)

    var name: String? {
        switch self {
        case .unknown: nil
        case .named(let name), .table(let name, _): name
        case .function: "function"
        }
    }

    var columns: [String]? { if case .table(_, let columns) = self { columns } else { nil } }

    init(_ value: Value) {
        switch value {
        case .function(let function): self = .function(function)
        case .object(let object):
            let columns = object.columnNames
            self = columns.map { .table(value.typeName, columns: $0) } ?? .named(value.typeName)
        default: self = .named(value.typeName)
        }
    }
}

extension Parameter.Kind {
    var isFormula: Bool {
        switch self {
        case .formula, .newColumns: true
        default: false
        }
    }

    /// True when a value of that type could be accepted.
    func admits(type: String) -> Bool {
        switch self {
        case .any, .formula, .newColumns, .terms, .expressions: true
        case .table: !Value.plainTypeNames.contains(type)
        case .object(let types): types.contains(type)
        case .objects(let types): types.contains(type) || type == "list"
        case .number, .integer: type == "number"
        case .boolean: type == "boolean"
        case .string, .path, .word, .columnName: type == "string"
        case .integerOrWord, .numberOrWord: type == "number" || type == "string"
        case .columnPatterns: type == "string" || type == "list"
        }
    }
}

extension Block {
    /// The names that the block binds, functions' own variables left out.
    var boundNames: [String] { statements.flatMap(\.boundNames) }
}

extension Statement {
    var boundNames: [String] {
        switch kind {
        case .binding(let name, _), .parameter(let name, _): [name.name]
        case .definition(let function): [function.name.name]
        case .loop(let variable, _, let body): [variable.name] + body.boundNames
        case .conditional(let branches, let otherwise):
            branches.flatMap(\.body.boundNames) + (otherwise?.boundNames ?? [])
        case .expression(let expression): expression.updatedName.map { [$0] } ?? []
        case .result, .include, .assertion, .version: []
        }
    }
}

extension Expression {
    /// The variable that a command changes, when it stands as a statement.
    var updatedName: String? {
        guard case .command(let call) = kind, call.declaration?.updatesFirstArgument == true,
            case .name(let name)? = call.positional.first?.kind
        else { return nil }
        return name.name
    }
}
