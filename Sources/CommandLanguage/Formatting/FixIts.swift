extension Script {
    /// A text after the fix-its that its check offers, and what they were.
    public struct Repair: Sendable {
        public var text: String
        public var applied: [Diagnostic]
        /// What is left that no fix-it puts right.
        public var remaining: [Diagnostic]
    }

    /// What one fix-it puts right may show another mistake; more rounds than this mean that they undo each other.
    private static let mostRounds = 50

    /// Applies the fix-its of everything found wrong with the text itself, again until none is left. Included files are
    /// not changed.
    public static func repair(_ file: SourceFile, commands: CommandRegistry) -> Repair {
        var file = file
        var applied: [Diagnostic] = []
        for _ in 0..<mostRounds {
            let diagnostics = load(file, commands: commands).diagnostics
            var bytes = file.bytes
            var lowest = Int.max
            // From the end, so that places before stay where they are; of two that overlap the later one waits.
            for diagnostic in diagnostics.reversed() {
                guard let fix = diagnostic.fixIts.first, fix.range.file === file, fix.range.upper <= lowest else {
                    continue
                }
                bytes.replaceSubrange(fix.range.lower..<fix.range.upper, with: Array(fix.replacement.utf8))
                lowest = fix.range.lower
                applied.append(diagnostic)
            }
            if lowest == .max { return Repair(text: file.text, applied: applied, remaining: diagnostics) }
            file = SourceFile(name: file.name, text: String(decoding: bytes, as: UTF8.self), directory: file.directory)
        }
        return Repair(text: file.text, applied: applied, remaining: load(file, commands: commands).diagnostics)
    }
}
