internal import CReadline
import CommandLanguage
import Foundation

/// The terminal, or the files and pipes in its place.
final class TerminalConsole: Console {
    let isInteractive: Bool
    let hasColour: Bool
    /// For values longer than the terminal, where somebody types at one.
    private let pager: Pager?
    private let hasProgress: Bool
    private var isProgressShown = false
    private var lastProgress = Date.distantPast
    /// What the bar is of, and when it appeared.
    private var work = (label: "", start: Date.distantPast)

    init(isInteractive: Bool) {
        self.isInteractive = isInteractive
        pager = isInteractive ? Pager() : nil
        let environment = ProcessInfo.processInfo.environment
        // A dumb terminal knows neither colours nor how to draw a line anew.
        hasProgress = isTerminal(standardError) && environment["TERM"] != "dumb"
        hasColour = hasProgress && environment["NO_COLOR", default: ""].isEmpty
    }

    func takeInterruption() -> Bool { tta_take_interrupt() }

    func show(_ text: String) {
        showProgress(nil)
        if let pager, let rows = terminalRows(standardOutput), text.count(where: \.isNewline) + 2 > rows,
            pager.show(text)
        {
            return
        }
        writeLine(text, to: standardOutput)
    }

    func tell(_ text: String) {
        showProgress(nil)
        writeLine(text, to: standardError)
    }

    // MARK: Progress

    /// Redrawing more often than this only costs time.
    private static let interval = 0.05
    private static let barWidths = 8...24

    func showProgress(_ progress: ProgressBar?) {
        guard hasProgress else { return }
        guard let progress else {
            if isProgressShown { writeLine("\r\u{1B}[2K", to: standardError, newline: false) }
            isProgressShown = false
            return
        }
        let now = Date()
        if !isProgressShown || work.label != progress.label { work = (progress.label, now) }
        guard now.timeIntervalSince(lastProgress) >= Self.interval || progress.fraction >= 1 else { return }
        lastProgress = now
        isProgressShown = true
        // A line that wraps could not be taken back; the bar gives way before the words do.
        let width = (terminalWidth(standardError) ?? 80) - 1
        let percent = padded("\(Int((progress.fraction * 100).rounded(.down)))%", to: 4, right: true)
        let words = "\(percent)\(remaining(progress, at: now))  \(progress.detail)"
        let room = width - displayWidth(progress.label) - displayWidth(words) - 2
        let barWidth = max(Self.barWidths.lowerBound, min(room, Self.barWidths.upperBound))
        let filled = Int((progress.fraction * Double(barWidth)).rounded())
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
        let line = "\(progress.label) \(bar) \(words)"
        writeLine("\r\u{1B}[2K" + truncated(line, to: width), to: standardError, newline: false)
    }

    /// " 1:05 left", from the share that is done; nothing before that can be told.
    private func remaining(_ progress: ProgressBar, at now: Date) -> String {
        let elapsed = now.timeIntervalSince(work.start)
        guard elapsed >= 1, progress.fraction > 0.01, progress.fraction < 1 else { return "" }
        let seconds = Int((elapsed * (1 / progress.fraction - 1)).rounded(.up))
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        func twoDigits(_ number: Int) -> String { padded("\(number)", to: 2, right: true).replacing(" ", with: "0") }
        let clock = hours > 0 ? "\(hours):\(twoDigits(minutes))" : "\(minutes)"
        return " \(clock):\(twoDigits(seconds % 60)) left"
    }
}
