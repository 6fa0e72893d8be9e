/// What a command may know of columns before anything runs.
public struct KnownColumns: Sendable, Equatable {
    /// Those that the command's formulas see; nil when that is not known.
    public var inFormulas: [String]?
    /// Those that lists of columns choose from; nil when that is not known.
    public var inLists: [String]?
    /// Those of its value; nil when that is not known.
    public var ofResult: [String]?

    /// Lists choose from what formulas see.
    public init(inFormulas: [String]?, ofResult: [String]?) {
        self.init(inFormulas: inFormulas, inLists: inFormulas, ofResult: ofResult)
    }

    public init(inFormulas: [String]?, inLists: [String]?, ofResult: [String]?) {
        self.inFormulas = inFormulas
        self.inLists = inLists
        self.ofResult = ofResult
    }
}

/// The arguments of a command as far as the script's text tells them.
public struct KnownArguments {
    var strings: [String: String] = [:]
    var tables: [String: [String]] = [:]
    var patterns: [String: [String]] = [:]
    var given: Set<String> = []
    /// Names that the command is told to make.
    public internal(set) var newColumns: [String] = []

    public func has(_ name: String) -> Bool { given.contains(name) }
    /// A string without interpolation.
    public func string(_ name: String) -> String? { strings[name] }
    /// The columns of the value given for the parameter.
    public func columns(of name: String) -> [String]? { tables[name] }
    /// Columns or patterns, listed as they are.
    public func columnPatterns(_ name: String) -> [String]? { patterns[name] }
}

extension Command {
    /// Formulas see the columns of the first argument; of the value nothing is known.
    public func knownColumns(_ arguments: KnownArguments) -> KnownColumns {
        let first = declaration.parameters.first.flatMap { arguments.columns(of: $0.name) }
        return KnownColumns(inFormulas: first, ofResult: nil)
    }
}
