/// Where the words of a session go. The executable has one for the terminal, the tests one that remembers.
public protocol Console: AnyObject {
    /// True when somebody types at a prompt and sees the answer.
    var isInteractive: Bool { get }
    /// True when errors and values may be coloured.
    var hasColour: Bool { get }
    /// True once after the interrupt key was pressed.
    func takeInterruption() -> Bool
    /// Results, for standard output; the text has no trailing newline.
    func show(_ text: String)
    /// Notes, warnings and errors, for standard error.
    func tell(_ text: String)
    /// A progress bar, where there is a terminal; `nil` removes it.
    func showProgress(_ progress: ProgressBar?)
}

public struct ProgressBar: Sendable {
    public var label: String
    /// From 0 to 1.
    public var fraction: Double
    /// Such as `fold 2, epoch 7, loss 0.53`.
    public var detail: String
}
