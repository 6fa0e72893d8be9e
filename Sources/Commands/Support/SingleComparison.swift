import Foundation

/// A formula that is one comparison, such as `risk > median(risk)` or `grade=="III"`, with signs as they are printed.
struct SingleComparison {
    let text: String
    let opposite: String

    /// As printed, and as printed for the opposite.
    private static let signs = [
        ">=": ("≥", "<"), "<=": ("≤", ">"), "==": ("=", "≠"), "!=": ("≠", "="), ">": (">", "≤"), "<": ("<", "≥"),
    ]

    /// Nil when the formula has no comparison outside strings and brackets, or joins several things by words.
    init?(_ formula: String) {
        var depth = 0
        var quote: Character?
        var found: (range: Range<String.Index>, sign: String)?
        var word = ""
        var index = formula.startIndex
        while index < formula.endIndex {
            let character = formula[index]
            var next = formula.index(after: index)
            if let open = quote {
                if character == open { quote = nil }
            } else if "\"'`".contains(character) {
                quote = character
            } else if "([".contains(character) {
                depth += 1
            } else if ")]".contains(character) {
                depth -= 1
            } else if depth == 0 {
                if let sign = [2, 1].lazy.map({ String(formula[index...].prefix($0)) }).first(where: {
                    Self.signs[$0] != nil
                }) {
                    guard found == nil else { return nil }
                    next = formula.index(index, offsetBy: sign.count)
                    found = (index..<next, sign)
                }
            }
            word =
                quote == nil && depth == 0 && (character.isLetter || character == "_") ? word + String(character) : ""
            let ends = next == formula.endIndex || !(formula[next].isLetter || formula[next] == "_")
            if ends, ["and", "or", "not", "in", "if", "else"].contains(word) { return nil }
            index = next
        }
        guard let found, let (printed, opposite) = Self.signs[found.sign] else { return nil }
        let left = formula[..<found.range.lowerBound].trimmingCharacters(in: .whitespaces)
        let right = formula[found.range.upperBound...].trimmingCharacters(in: .whitespaces)
        guard !left.isEmpty, !right.isEmpty else { return nil }
        text = "\(left) \(printed) \(right)"
        self.opposite = "\(left) \(opposite) \(right)"
    }
}
