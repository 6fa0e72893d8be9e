import CommandLanguage

/// Remembers what a session said.
final class RecordingConsole: Console {
    var isInteractive: Bool { false }
    var hasColour: Bool { false }
    private(set) var shown: [String] = []
    private(set) var told: [String] = []
    private(set) var bars: [String] = []
    /// After so many questions whether somebody interrupted, the answer is yes, once.
    var interruptsAfter: Int?

    func takeInterruption() -> Bool {
        guard let count = interruptsAfter else { return false }
        interruptsAfter = count == 0 ? nil : count - 1
        return count == 0
    }

    func show(_ text: String) { shown.append(text) }
    func tell(_ text: String) { told.append(text) }
    func showProgress(_ progress: ProgressBar?) {
        if let progress { bars.append("\(progress.label) \(progress.fraction)") }
    }
}
