/// What the language computes with.
public enum Value {
    case missing
    case boolean(Bool)
    case number(Double)
    case string(String)
    case list([Value])
    /// One value per patient; exists only while a formula is evaluated.
    case column([Value])
    case function(UserFunction)
    /// A value of the domain: a cohort, a curve, a model.
    case object(any ObjectValue)
}

/// A value that the domain brings into the language.
public protocol ObjectValue {
    /// The type's name as help and errors give it: `cohort`, `predictions`.
    static var typeName: String { get }
    /// What is printed for it: lines without a trailing newline, at most `width` columns where it can.
    func text(width: Int) -> String
    /// What `describe` prints: everything that is worth knowing about it.
    func describe(width: Int) -> String
    /// What `--output json` prints for it. Its keys are also the members that `value.name` reads.
    var json: JSON { get }
    /// Its columns for formulas such as `by=(risk > median(risk))`; nil when it has no patients.
    var columns: (any ColumnSource)? { get }
    /// Whether values of the type are tables to commands that take any table.
    static var isTable: Bool { get }
    /// The names that formulas may use, for completion and for checks before a run.
    var columnNames: [String]? { get }
}

extension ObjectValue {
    public func describe(width: Int) -> String { text(width: width) }
    public var columns: (any ColumnSource)? { nil }
    public static var isTable: Bool { false }
    public var columnNames: [String]? { columns?.columnNames }
}

/// Named columns with one value per patient, as formulas see them.
public protocol ColumnSource {
    var rowCount: Int { get }
    var columnNames: [String] { get }
    /// The column's values, or nil when there is none of that name.
    func column(_ name: String) -> [Value]?
}
