/// A function that a script defined with `def`.
public struct UserFunction: Sendable {
    struct Parameter: Sendable {
        var name: Identifier
        var defaultValue: Expression?
    }

    let name: Identifier
    let parameters: [Parameter]
    let body: Block

    /// `name(a, b=1)`.
    var signature: String {
        let list = parameters.map { parameter in
            parameter.name.name + (parameter.defaultValue.map { "=\($0.range.text)" } ?? "")
        }
        return "\(name.name)(\(list.joined(separator: ", ")))"
    }
}
