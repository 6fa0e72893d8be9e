import Spelling

/// What stands in a command for each of its parameters.
struct MatchedArguments {
    enum Source {
        case expression(Expression)
        case expressions([Expression])
        case terms([TermExpression])
        case newColumns([(name: Identifier, formula: Expression)])
    }

    var pairs: [(parameter: Parameter, source: Source)] = []
    var diagnostics: [Diagnostic] = []

    /// Sorts the arguments of `call` by the parameters of its declaration: positional ones by place, options by name.
    init(_ call: CommandCall, _ declaration: CommandDeclaration) {
        matchPositional(call, declaration)
        matchOptions(call, declaration)
        let given = Set(pairs.map(\.parameter.name))
        for parameter in declaration.parameters where parameter.isRequired && !given.contains(parameter.name) {
            diagnostics.append(
                Diagnostic(
                    .missingArgument(parameter.name, command: declaration.title, usage: declaration.usage),
                    at: call.range))
        }
    }

    private mutating func matchPositional(_ call: CommandCall, _ declaration: CommandDeclaration) {
        var waiting = call.positional[...]
        var takesTerms = false
        for parameter in declaration.parameters where !parameter.isOption {
            switch parameter.kind {
            case .terms:
                takesTerms = true
                if let terms = call.terms { pairs.append((parameter, .terms(terms.terms))) }
            case .expressions, .objects:
                if !waiting.isEmpty { pairs.append((parameter, .expressions(Array(waiting)))) }
                waiting = []
            default:
                if let next = waiting.popFirst() { pairs.append((parameter, .expression(next))) }
            }
        }
        if let extra = waiting.first {
            diagnostics.append(
                Diagnostic(
                    .tooManyArguments(command: declaration.title, usage: declaration.usage),
                    at: extra.range.union(waiting.last!.range)))
        }
        if let terms = call.terms, !takesTerms {
            diagnostics.append(
                Diagnostic(.termsNotTaken(command: declaration.name, usage: declaration.usage), at: terms.tilde))
        }
    }

    private mutating func matchOptions(_ call: CommandCall, _ declaration: CommandDeclaration) {
        let options = declaration.parameters.filter(\.isOption)
        let newColumns = options.first { if case .newColumns = $0.kind { true } else { false } }
        var seen: Set<String> = []
        var added: [(name: Identifier, formula: Expression)] = []
        defer { if let newColumns, !added.isEmpty { pairs.append((newColumns, .newColumns(added))) } }
        for (name, value) in call.options {
            if newColumns != nil {
                added.append((name, value))
                continue
            }
            guard let parameter = options.first(where: { $0.name == name.name }) else {
                let known = options.map(\.name)
                let nearest = nearestNames(to: name.name, in: known)
                diagnostics.append(
                    Diagnostic(
                        .unknownOption(name.name, command: declaration.title, nearest: nearest, known: known),
                        at: name.range))
                continue
            }
            if seen.insert(name.name).inserted {
                pairs.append((parameter, .expression(value)))
            } else {
                diagnostics.append(Diagnostic(.repeatedOption(name.name), at: name.range))
            }
        }
    }
}

extension CommandDeclaration {
    /// `km x [by=formula]`.
    public var usage: String {
        var parts = [title]
        // A chosen form stands in the title already.
        for parameter in title == name ? parameters[...] : parameters.dropFirst() {
            let text =
                switch parameter.kind {
                case .terms: "~ term + …"
                case .expressions: "\(parameter.name), …"
                case .objects: "\(parameter.name) …"
                case .newColumns: "\(parameter.name)=formula …"
                default: parameter.isOption ? "\(parameter.name)=\(parameter.kind.placeholder)" : parameter.name
                }
            parts.append(parameter.isRequired ? text : "[\(text)]")
        }
        return parts.joined(separator: " ")
    }
}
