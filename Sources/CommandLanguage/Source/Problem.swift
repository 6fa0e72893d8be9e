/// What can be wrong with a script: the data of each error. The words are in `Problem+Wording.swift`.
public enum Problem: Error, Sendable {
    // Reading characters.
    case unexpectedCharacter(Character)
    case foreignOperator(String, instead: String)
    case unterminatedString
    case unterminatedName
    case unknownEscape(Character)
    case malformedNumber(String)
    // Reading statements.
    case expected(String, found: String)
    case unclosedBracket(Character)
    case unmatchedBracket(Character)
    case operatorNeedsParentheses(String)
    case productAsTerm(String, String)
    case strataInInteraction
    case comparisonChain
    case nestedTooDeeply
    case reservedWord(String)
    case unknownCommand(String, nearest: [String])
    case functionNeedsParentheses(String)
    case unknownWrapper(String, nearest: [String])
    case returnOutsideFunction
    case parameterInsideBlock
    case repeatedName(String)
    case versionNotFirst
    case unknownVersion(String)
    // Matching arguments.
    case unknownOption(String, command: String, nearest: [String], known: [String])
    case repeatedOption(String)
    case missingArgument(String, command: String, usage: String)
    case tooManyArguments(command: String, usage: String)
    case termsNotTaken(command: String, usage: String)
    case wrongType(parameter: String, expected: String, found: String)
    case outOfRange(parameter: String, expected: String, found: String)
    case notAChoice(String, parameter: String, choices: [String], nearest: [String])
    case wordNeedsQuotes(String, parameter: String)
    case manyStars(String)
    // Finding names.
    case undefinedName(String, nearest: [String])
    case undefinedColumn(String, nearest: [String], columns: [String])
    /// In a list of columns, where no variable is meant.
    case unknownColumn(String, nearest: [String], columns: [String])
    case unknownFunction(String, nearest: [String])
    case notAFunction(String, found: String)
    case noMember(String, of: String, nearest: [String], known: [String])
    case indexOutOfRange(String, count: Int)
    case notIndexable(String)
    case nothingDisplayed
    case shadowed(String)
    // Computing.
    case operandType(String, expected: String, found: String, row: Int?)
    case differentTypes(String, left: String, right: String, row: Int?)
    case conditionType(found: String)
    case conditionMissing
    case formulaOutsideCommand
    case noValue(String)
    case argumentCount(function: String, usage: String, given: Int)
    case unknownParameter(String, usage: String, nearest: [String])
    case functionArgument(function: String, expected: String, found: String, row: Int?)
    case notIterable(found: String)
    case assertionFailed(String, message: String?, detail: String?)
    case unreadableFile(String, reason: String)
    case includeCycle(String)
    case didNotFail(String)
    case tooDeep
    /// What a command of the domain reports.
    case domain(String, help: String?)

    /// What to write instead of the text at the problem's place, where there is no doubt about it.
    var correction: String? {
        switch self {
        case .unknownCommand(_, let nearest), .unknownWrapper(_, let nearest), .unknownOption(_, _, let nearest, _),
            .notAChoice(_, _, _, let nearest), .undefinedName(_, let nearest), .undefinedColumn(_, let nearest, _),
            .unknownColumn(_, let nearest, _), .unknownFunction(_, let nearest), .unknownParameter(_, _, let nearest),
            .noMember(_, _, let nearest, _):
            nearest.count == 1 ? nearest[0] : nil
        case .wordNeedsQuotes(let word, _): quoted(word)
        default: nil
        }
    }

    /// `unknown-command`: the case's name, which is not changed once published.
    public var id: String {
        let label = Mirror(reflecting: self).children.first?.label ?? String(describing: self)
        return label.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
    }
}
