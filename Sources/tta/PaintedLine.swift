import CommandLanguage

/// A line of input as the prompt draws it: coloured, with the places of its cursor and its end on the screen.
struct PaintedLine {
    struct Cell {
        var row = 0
        var column = 0
    }

    private(set) var text = ""
    private(set) var cursor = Cell()
    private(set) var end = Cell()

    /// - Parameters:
    ///   - point: where the cursor stands, as a UTF-8 offset.
    ///   - start: the column after the prompt.
    ///   - columns: the width of the terminal.
    init(_ line: String, point: Int, start: Int, columns: Int, commands: CommandRegistry) {
        var cell = Cell(row: start / columns, column: start % columns)
        var spans = SyntaxSpan.spans(of: line, commands: commands)[...]
        var offset = 0
        cursor = cell
        for character in line {
            if let span = spans.first, span.lower == offset { text += Self.start(span.kind) }
            let shown = Self.shown(character)
            let width = displayWidth(shown)
            // A wide character does not begin in the last column.
            if cell.column + width > columns { cell = Cell(row: cell.row + 1, column: 0) }
            if offset <= point { cursor = cell }
            text += shown
            cell.column += width
            offset += character.utf8.count
            if let span = spans.first, span.upper <= offset {
                text += "\u{1B}[0m"
                spans.removeFirst()
            }
        }
        if cell.column >= columns { cell = Cell(row: cell.row + 1, column: 0) }
        if offset <= point { cursor = cell }
        end = cell
    }

    /// Control characters as readline writes them: `^J`.
    private static func shown(_ character: Character) -> String {
        guard let value = character.asciiValue, value < 0x20 || value == 0x7F else {
            return character == "\r\n" ? "^M^J" : String(character)
        }
        return "^" + String(UnicodeScalar(value ^ 0x40))
    }

    private static func start(_ kind: SyntaxSpan.Kind) -> String {
        let code =
            switch kind {
            case .command: "1;34"
            case .keyword: "35"
            case .option: "36"
            case .string: "32"
            case .number: "33"
            case .comment: "90"
            case .mistake: "31"
            }
        return "\u{1B}[\(code)m"
    }
}
