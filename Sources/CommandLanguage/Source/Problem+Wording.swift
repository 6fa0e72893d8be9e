extension Problem {
    /// One sentence: what is wrong, where, and what was expected. No full stop.
    public var message: String {
        switch self {
        case .unexpectedCharacter(let character): "`\(character)` has no meaning here"
        case .foreignOperator(let found, let instead):
            "`\(found)` is not an operator of this language; write `\(instead)`"
        case .unterminatedString: "this string does not end on its line"
        case .unterminatedName: "this backquoted name does not end on its line"
        case .unknownEscape(let character): "`\\\(character)` is not an escape"
        case .malformedNumber(let text): "`\(text)` is not a number"
        case .expected(let what, let found): "expected \(what), found \(found)"
        case .unclosedBracket(let bracket): "`\(bracket)` is never closed"
        case .unmatchedBracket(let bracket): "`\(bracket)` closes nothing"
        case .operatorNeedsParentheses(let text): "an expression as an argument stands in parentheses: `(\(text))`"
        case .productAsTerm(let left, let right):
            "as a term a product stands in parentheses: `(\(left) * \(right))`; an interaction is written `\(left):\(right)`"
        case .strataInInteraction: "strata() gives every stratum a baseline of its own, and no interaction"
        case .comparisonChain: "comparisons cannot be chained"
        case .nestedTooDeeply: "this expression is nested too deeply"
        case .reservedWord(let word): "`\(word)` is a word of the language and cannot be a name"
        case .unknownCommand(let word, _): "there is no command `\(word)`"
        case .functionNeedsParentheses(let name): "`\(name)` is a function; its arguments stand in parentheses"
        case .unknownWrapper(let word, _): "there is no function `\(word)` for terms"
        case .returnOutsideFunction: "`return` stands outside a function"
        case .parameterInsideBlock: "`parameter` stands inside a block"
        case .repeatedName(let name): "the parameter `\(name)` appears twice"
        case .versionNotFirst: "`version` is the first statement of a script, or none"
        case .unknownVersion(let found): "this program reads version 1 of the language, not \(found)"
        case .unknownOption(let name, let command, _, _): "`\(command)` has no option `\(name)`"
        case .repeatedOption(let name): "`\(name)` is given twice"
        case .missingArgument(let name, let command, _): "`\(command)` needs `\(name)`"
        case .tooManyArguments(let command, _): "`\(command)` takes no further argument"
        case .termsNotTaken(let command, _): "`\(command)` takes no `~` terms"
        case .wrongType(let parameter, let expected, let found): "`\(parameter)` must be \(expected), not \(found)"
        case .outOfRange(let parameter, let expected, let found): "`\(parameter)` must be \(expected), not \(found)"
        case .notAChoice(let found, let parameter, let choices, _):
            "`\(parameter)` must be \(alternatives(choices)), not `\(found)`"
        case .wordNeedsQuotes(let word, let parameter): "`\(parameter)` is a string; `\(word)` needs quotes"
        case .manyStars(let text): "the column pattern \(quoted(text)) has more than one `*`"
        case .undefinedName(let name, _): "there is no variable `\(name)`"
        case .undefinedColumn(let name, _, _): "there is no column or variable `\(name)`"
        case .unknownColumn(let name, _, _): "there is no column `\(name)`"
        case .unknownFunction(let name, _): "there is no function or command `\(name)`"
        case .notAFunction(let name, let found): "`\(name)` is not a function but \(found)"
        case .noMember(let name, let owner, _, _): "\(owner) has no member `\(name)`"
        case .indexOutOfRange(let index, let count):
            count == 0 ? "the list is empty" : "the index must be a whole number from 1 to \(count), not \(index)"
        case .notIndexable(let found): "only a list can be indexed, not \(found)"
        case .shadowed(let name): "`\(name)` is a column here; the variable of that name is not meant"
        case .nothingDisplayed: "nothing has been displayed yet"
        case .operandType(let symbol, let expected, let found, let row):
            "`\(symbol)` needs \(expected), not \(found)" + place(row)
        case .differentTypes(let symbol, let left, let right, let row):
            "`\(symbol)` cannot compare \(left) with \(right)" + place(row)
        case .conditionType(let found): "a condition is true or false, not \(found)"
        case .conditionMissing: "the condition is missing, neither true nor false"
        case .formulaOutsideCommand: "a condition that differs by patient cannot steer a block"
        case .noValue(let what): "\(what) gives no value"
        case .argumentCount(let function, _, let given):
            "`\(function)` cannot take \(counted(given, "argument"))"
        case .unknownParameter(let name, let usage, _): "`\(usage)` has no parameter `\(name)`"
        case .functionArgument(let function, let expected, let found, let row):
            "`\(function)` needs \(expected), not \(found)" + place(row)
        case .notIterable(let found): "`for` goes through a list or a range, not \(found)"
        case .assertionFailed(let text, let message, let detail):
            (message ?? "`\(text)` is false") + (detail.map { ": \($0)" } ?? "")
        case .unreadableFile(let path, let reason): "cannot read \(quoted(path)): \(reason)"
        case .includeCycle(let path): "\(quoted(path)) includes itself"
        case .didNotFail(let text): "`\(text)` was expected to fail and did not"
        case .tooDeep: "functions call each other too deeply"
        case .domain(let message, _): message
        }
    }

    /// What to do about it, in one line.
    public var help: String? {
        switch self {
        case .unterminatedString: "close it with the quote it began with; `\\n` stands for a new line"
        case .unterminatedName: "close it with a backquote"
        case .unknownEscape: "the escapes are \\n \\t \\\" \\\\ \\{ \\}; a 'raw string' has none"
        case .malformedNumber: "numbers look like 12, 0.5 or 1e-4; a name begins with a letter"
        case .comparisonChain: "join them with `and`: `a < b and b < c`"
        case .nestedTooDeeply: "bind parts of it to names first"
        case .reservedWord("else"):
            "`else` follows the `}` of its `if` on one line; in an expression write `a if x else b`"
        case .reservedWord("catch"): "`catch` stands before a whole statement: `catch print 1`"
        case .reservedWord(let word): "a column of that name is written `` `\(word)` `` in backquotes"
        case .unknownCommand(let word, let nearest):
            foreignStatement(word) ?? suggestion(nearest) ?? "`help` lists the commands"
        case .functionNeedsParentheses(let name): "write `\(name)(…)`, the parenthesis touching the name"
        case .unknownWrapper(_, let nearest):
            suggestion(nearest)
                ?? "terms are wrapped in \(alternatives(Factor.wrappers)); other formulas stand in parentheses"
        case .parameterInsideBlock: "parameters are declared at the top of a script"
        case .unknownOption(_, _, let nearest, let known):
            suggestion(nearest) ?? (known.isEmpty ? "it has no options" : "its options are \(enumerated(known))")
        case .missingArgument(_, _, let usage), .tooManyArguments(_, let usage), .termsNotTaken(_, let usage),
            .argumentCount(_, let usage, _):
            "usage: \(usage)"
        case .notAChoice(_, _, _, let nearest): suggestion(nearest)
        case .wordNeedsQuotes(let word, _): "write \(quoted(word)), or `(\(word))` for the variable"
        case .undefinedName(let word, let nearest): foreignStatement(word) ?? suggestion(nearest)
        case .undefinedColumn(_, let nearest, let columns), .unknownColumn(_, let nearest, let columns):
            suggestion(nearest) ?? inventory(of: columns)
        case .unknownFunction(_, let nearest),
            .unknownParameter(_, _, let nearest):
            suggestion(nearest)
        case .noMember(_, _, let nearest, let known):
            suggestion(nearest) ?? (known.isEmpty ? nil : "it has \(enumerated(known))")
        case .operandType("+", _, let found, _) where found.hasPrefix("the string"):
            "strings are joined by interpolation: \"{a}{b}\""
        case .differentTypes(_, let left, let right, _):
            left.hasPrefix("the string") || right.hasPrefix("the string")
                ? "number(x) reads a string as a number; text is compared with text" : nil
        case .unknownVersion: "the script may need a newer tta"
        case .didNotFail: "take `catch` away"
        case .conditionMissing: "test for it with is_missing(…)"
        case .formulaOutsideCommand: "use the form `a if condition else b`"
        case .domain(_, let help): help
        default: nil
        }
    }
}

/// What this language has in the place of a statement of others.
private func foreignStatement(_ word: String) -> String? {
    switch word {
    case "while", "repeat", "foreach", "forvalues": "the loop of this language is `for name in list { … }`"
    case "break", "continue":
        "a loop goes through its whole list; leave the rest out with `if`, or end a function with `return`"
    default: nil
    }
}

/// The columns that there are, the first of them where they are many.
private func inventory(of columns: [String]) -> String? {
    let limit = 12
    var seen: Set<String> = []
    let columns = columns.filter { seen.insert($0).inserted }
    guard !columns.isEmpty else { return nil }
    let more = columns.count > limit ? " and \(columns.count - limit) more" : ""
    return "the columns are " + columns.prefix(limit).joined(separator: ", ") + more
}

private func suggestion(_ nearest: [String]) -> String? {
    nearest.isEmpty ? nil : "did you mean \(alternatives(nearest))?"
}

/// `a`, `b` or `c`.
func alternatives(_ words: [String]) -> String { joined(words, by: "or") }

/// `a`, `b` and `c`.
func enumerated(_ words: [String]) -> String { joined(words, by: "and") }

private func joined(_ words: [String], by conjunction: String) -> String {
    let marked = words.map { "`\($0)`" }
    guard marked.count > 1 else { return marked.first ?? "" }
    return marked.dropLast().joined(separator: ", ") + " \(conjunction) " + marked.last!
}

private func place(_ row: Int?) -> String { row.map { ", in row \($0)" } ?? "" }
