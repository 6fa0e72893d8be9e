import Foundation
import Spelling

extension Parameter {
    /// The value, if the parameter may have it.
    func accept(_ value: Value) throws(Problem) -> Value {
        switch (kind, value) {
        case (.any, _), (.expressions, _): return value
        case (.object(let types), .object(let object)) where types.contains(type(of: object).typeName): return value
        case (.table, .object(let object)) where type(of: object).isTable: return value
        case (.number(let range), .number(let number)), (.numberOrWord(let range, _), .number(let number)):
            guard range.contains(number) else { throw outOfRange(value) }
            return value
        case (.objects(let types), .object(let object)) where types.contains(type(of: object).typeName): return value
        case (.objects(let types), .list(let items)) where !items.isEmpty:
            for item in items where !types.contains(item.typeName) { throw wrongType(item) }
            return value
        case (.integer(let range), .number(let number)), (.integerOrWord(let range, _), .number(let number)):
            guard let integer = Int(exactly: number), range.contains(integer) else { throw outOfRange(value) }
            return value
        case (.boolean, .boolean), (.string, .string): return value
        case (.path, .string(let path)): return .string(read(path))
        case (.word(let choices), .string(let word)):
            if let choices { try checkChoice(word, choices) }
            return value
        case (.integerOrWord(_, let words), .string(let word)), (.numberOrWord(_, let words), .string(let word)):
            guard words.contains(word) else { throw wrongType(value) }
            return value
        case (.columnName, .string): return value
        default: throw wrongType(value)
        }
    }

    /// What a string means in this place: of a path that begins with `~` the place in the user's home.
    func read(_ text: String) -> String {
        guard case .path = kind, text == "~" || text.hasPrefix("~/"),
            let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty
        else { return text }
        return home + text.dropFirst()
    }

    /// The word that a bare name, or a string without interpolation, stands for in this place; nil where the place wants
    /// a value and the name is a variable.
    func word(_ expression: Expression) -> String? {
        let word: String
        if case .name(let identifier) = expression.kind {
            word = identifier.name
        } else if let literal = expression.literalString {
            word = literal
        } else {
            return nil
        }
        return switch kind {
        case .word, .columnName: word
        case .integerOrWord(_, let words), .numberOrWord(_, let words): words.contains(word) ? word : nil
        default: nil
        }
    }

    /// The patterns that a list of names and strings, a lone name or a lone string stands for; nil when it has to be
    /// evaluated.
    static func patterns(_ expression: Expression) -> [String]? {
        if case .list(let items) = expression.kind {
            let names = items.map(patterns)
            return names.contains { $0?.count != 1 } ? nil : names.compactMap { $0?.first }
        }
        if case .name(let identifier) = expression.kind { return [identifier.name] }
        return expression.literalString.map { [$0] }
    }

    static func check(patterns: [String]) throws(Problem) {
        if patterns.isEmpty {
            throw .domain("no column is named", help: "list columns, [age, grade], or leave it out for all")
        }
        for pattern in patterns where pattern.count(where: { $0 == "*" }) > 1 { throw .manyStars(pattern) }
    }

    /// `cohort clinical.csv`, a path without its quotes; `batch=al`, neither a variable nor one of the words. Other kinds
    /// leave the complaint to whoever looks the name up.
    func refuse(bareName text: String) throws(Problem) {
        switch kind {
        case .string, .path: throw .wordNeedsQuotes(text, parameter: name)
        case .integerOrWord, .numberOrWord:
            throw .wrongType(parameter: name, expected: kind.expectation, found: "`\(text)`")
        default: return
        }
    }

    private func checkChoice(_ word: String, _ choices: [String]) throws(Problem) {
        if choices.contains(word) { return }
        throw .notAChoice(word, parameter: name, choices: choices, nearest: nearestNames(to: word, in: choices))
    }

    private func outOfRange(_ value: Value) -> Problem {
        .outOfRange(parameter: name, expected: kind.expectation, found: value.inlineText)
    }

    func wrongType(_ value: Value) -> Problem {
        .wrongType(parameter: name, expected: kind.expectation, found: value.phrase)
    }
}
