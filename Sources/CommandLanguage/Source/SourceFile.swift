/// A text with a name: a script, a line typed at the prompt, what `-c` was given.
public final class SourceFile: Sendable {
    /// The name that errors show.
    public let name: String
    /// The folder that `include` paths inside the text are relative to; nil means the working directory.
    public let directory: String?
    public let text: String
    let bytes: [UInt8]

    public init(name: String, text: String, directory: String? = nil) {
        self.name = name
        self.text = text
        self.directory = directory
        bytes = Array(text.utf8)
    }

    /// Line and column of a UTF-8 offset, both from 1; a column is a character as the reader sees it.
    public func position(at offset: Int) -> (line: Int, column: Int) {
        let end = min(offset, bytes.count)
        let line = bytes[..<end].count { $0 == UInt8(ascii: "\n") } + 1
        let prefix = String(decoding: bytes[lineStart(before: end)..<end], as: UTF8.self)
        return (line, prefix.count + 1)
    }

    /// The line that holds the offset, without its newline, and where it starts.
    func line(at offset: Int) -> (text: String, start: Int) {
        let end = min(offset, bytes.count)
        let start = lineStart(before: end)
        let stop = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        return (String(decoding: bytes[start..<stop], as: UTF8.self), start)
    }

    func slice(_ lower: Int, _ upper: Int) -> String { String(decoding: bytes[lower..<upper], as: UTF8.self) }

    private func lineStart(before offset: Int) -> Int {
        (bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    }
}

/// A stretch of a source text, as UTF-8 offsets.
public struct SourceRange: Sendable {
    public let file: SourceFile
    public var lower: Int
    public var upper: Int

    public var text: String { file.slice(lower, upper) }

    /// The text on one line: a space wherever tokens stand apart, no comments. As it is where it is one line already.
    var singleLine: String {
        guard text.contains(where: \.isNewline) else { return text }
        var lexer = Lexer(file: file, lower: lower, upper: upper)
        lexer.run()
        var line = ""
        var end = lower
        for token in lexer.tokens where token.upper > token.lower && token.kind != .separator {
            if !line.isEmpty, token.lower > end { line += " " }
            line += file.slice(token.lower, token.upper)
            end = token.upper
        }
        return line
    }

    func union(_ other: SourceRange) -> SourceRange {
        SourceRange(file: file, lower: min(lower, other.lower), upper: max(upper, other.upper))
    }
}
