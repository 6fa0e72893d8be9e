/// What `catch` gives: the failure that was expected.
struct Failure: ObjectValue {
    static let typeName = "failure"
    let diagnostic: Diagnostic

    func text(width: Int) -> String {
        [diagnostic.message, diagnostic.help].compactMap { $0 }.map { wrapped($0, to: width) }.joined(separator: "\n")
    }

    var json: JSON {
        let place = diagnostic.range.file.position(at: diagnostic.range.lower)
        return .object([
            ("id", .string(diagnostic.id)), ("message", .string(diagnostic.message)),
            ("help", diagnostic.help.map(JSON.string) ?? .null), ("text", .string(diagnostic.range.text)),
            ("line", .number(Double(place.line))), ("column", .number(Double(place.column))),
        ])
    }
}

extension Interpreter {
    /// The failure that the expression ends in. Variables and settings are as they were before it.
    ///
    /// - Throws: `Problem.didNotFail` as a diagnostic when it does not fail; `Interruption`.
    func failure(of expression: Expression, at range: SourceRange) throws -> Failure {
        let (scopes, settings) = (context.scopes, context.settings)
        do {
            switch expression.kind {
            case .command(let call): _ = try run(call, asStatement: false)
            case .call(let name, let arguments): _ = try call(name, arguments, at: expression.range)
            default: _ = try evaluate(expression)
            }
        } catch let diagnostic as Diagnostic {
            (context.scopes, context.settings) = (scopes, settings)
            return Failure(diagnostic: diagnostic)
        } catch let list as DiagnosticList {
            (context.scopes, context.settings) = (scopes, settings)
            return Failure(diagnostic: list.diagnostics[0])
        }
        throw Diagnostic(.didNotFail(expression.range.text), at: range)
    }
}
