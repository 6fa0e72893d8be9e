/// What `settings` shows and sets. Nothing else steers a command from outside its own arguments.
public struct Settings: Sendable, Equatable {
    public enum Output: String, Sendable, CaseIterable {
        case text, json
    }

    /// The seed of every command that draws random numbers and was given no `seed=`.
    public var seed = 1
    /// Where tensors are computed.
    public var device = "cpu"
    public var output = Output.text
    /// Columns that printed tables may take.
    public var width = 100

    /// The look of drawn figures.
    public var theme = "paper"

    /// Whether the time that each statement took is told.
    public var timing = false

    public init() {}
}
