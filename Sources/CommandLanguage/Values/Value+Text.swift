extension Value {
    /// What is shown for the value, in full: lines without a trailing newline.
    public func text(width: Int) -> String {
        switch self {
        case .string(let string): string
        case .object(let object): object.text(width: width)
        case .list(let values), .column(let values):
            wrapped("[" + values.map(\.inlineText).joined(separator: ", ") + "]", to: width)
        default: inlineText
        }
    }

    /// What `"{…}"` inserts.
    var interpolatedText: String {
        if case .string(let string) = self { string } else { inlineText }
    }

    /// The value within one line.
    var inlineText: String {
        switch self {
        case .missing: "missing"
        case .boolean(let value): value ? "true" : "false"
        case .number(let value): formatNumber(value, digits: 6)
        case .string(let string): quoted(string)
        case .list(let values), .column(let values): "[" + values.map(\.inlineText).joined(separator: ", ") + "]"
        case .function(let function): function.signature
        case .object(let object): "<\(type(of: object).typeName)>"
        }
    }

    /// The type as errors and `vars` name it.
    public var typeName: String {
        switch self {
        case .missing: "missing"
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .list: "list"
        case .column: "column"
        case .function: "function"
        case .object(let object): type(of: object).typeName
        }
    }

    /// Whether commands that take any table take it.
    var isTable: Bool { if case .object(let object) = self { type(of: object).isTable } else { false } }

    /// The types that are no objects of the domain.
    static let plainTypeNames = ["missing", "boolean", "number", "string", "list", "column", "function"]

    /// The value as errors speak of it: `the number 3`, `a cohort`.
    var phrase: String {
        switch self {
        case .missing: "a missing value"
        case .boolean, .number: "the \(typeName) \(inlineText)"
        case .string(let string): "the string \(quoted(truncated(string, to: 40)))"
        case .column: "a column with one value per patient"
        default: withArticle(typeName)
        }
    }

    public var json: JSON {
        switch self {
        case .missing: .null
        case .boolean(let value): .boolean(value)
        case .number(let value): .number(value)
        case .string(let string): .string(string)
        case .list(let values), .column(let values): .array(values.map(\.json))
        case .function(let function): .string(function.signature)
        case .object(let object): object.json
        }
    }

    /// What `--output json` prints: an object; a value that is none stands under the key `value`.
    var jsonObject: JSON {
        if case .object(let members) = json { return .object(members) }
        return .object([("value", json)])
    }

    /// The value that a piece of JSON stands for.
    public init(json: JSON) {
        switch json {
        case .null: self = .missing
        case .boolean(let value): self = .boolean(value)
        case .number(let value): self = value.isFinite ? .number(value) : .missing
        case .string(let string): self = .string(string)
        case .array(let values): self = .list(values.map(Value.init(json:)))
        case .object(let members): self = .object(Record(members: members))
        }
    }
}

/// A part of an object that has members of its own, such as one group of a curve.
struct Record: ObjectValue {
    static let typeName = "record"
    let members: [(key: String, value: JSON)]

    var json: JSON { .object(members) }

    func text(width: Int) -> String {
        definitionList(members.map { ($0.key, Value(json: $0.value).inlineText) }, indent: 0, width: width)
    }
}

func withArticle(_ noun: String) -> String {
    if noun == "missing" { return "a missing value" }
    if noun.hasSuffix("s") { return noun }
    return (noun.first.map { "aeiou".contains($0) } ?? false ? "an " : "a ") + noun
}

/// The string as a literal: in double quotes, with what needs it escaped.
func quoted(_ string: String) -> String {
    var text = "\""
    for character in string {
        switch character {
        case "\"", "\\", "{", "}": text += "\\\(character)"
        case "\n": text += "\\n"
        case "\t": text += "\\t"
        default: text.append(character)
        }
    }
    return text + "\""
}
