/// A drawing of dots, two across and four down in each character cell, as the Unicode braille patterns hold them. In
/// most terminal fonts these dots lie about equally far apart in both directions.
struct BrailleCanvas {
    struct Cell {
        var dots: UInt8 = 0
        /// Stands in place of the dots.
        var glyph: Character?
        var color: Color?
    }

    let columns: Int
    let rows: Int
    private(set) var cells: [Cell]

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Cell(), count: columns * rows)
    }

    var width: Int { columns * 2 }
    var height: Int { rows * 4 }

    // Bits of the pattern: column by column from the top, but for the last row, which Unicode added later.
    private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

    /// Sets the dot at `x` from the left and `y` from the top.
    mutating func set(x: Int, y: Int, color: Color) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let cell = (y / 4) * columns + x / 2
        cells[cell].dots |= Self.bits[x % 2][y % 4]
        cells[cell].color = color
    }

    /// Puts a character into the cell that holds the dot at `x`, `y`.
    mutating func put(_ glyph: Character, x: Int, y: Int, color: Color) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let cell = (y / 4) * columns + x / 2
        cells[cell].glyph = glyph
        cells[cell].color = color
    }

    /// Draws a straight line, leaving out the dots that `pattern` leaves out.
    ///
    /// - Parameter travelled: how far the pattern has got; goes on from line to line.
    mutating func line(
        from start: (x: Int, y: Int), to end: (x: Int, y: Int), color: Color, pattern: [Bool], travelled: inout Int
    ) {
        let steps = max(abs(end.x - start.x), abs(end.y - start.y))
        for step in 0...steps {
            let share = steps == 0 ? 0 : Double(step) / Double(steps)
            if pattern[travelled % pattern.count] {
                set(
                    x: start.x + Int((share * Double(end.x - start.x)).rounded()),
                    y: start.y + Int((share * Double(end.y - start.y)).rounded()), color: color)
            }
            if step < steps { travelled += 1 }
        }
    }

    /// The cells of one row as text, with the colours' escape sequences when `usesColor`.
    func text(row: Int, usesColor: Bool) -> String {
        var text = ""
        var current: Color?
        for cell in cells[row * columns..<(row + 1) * columns] {
            let isEmpty = cell.glyph == nil && cell.dots == 0
            if usesColor, !isEmpty, cell.color != current {
                text += cell.color.map(ANSI.start) ?? ANSI.end
                current = cell.color
            }
            if let glyph = cell.glyph {
                text.append(glyph)
            } else {
                text.unicodeScalars.append(isEmpty ? " " : UnicodeScalar(0x2800 + UInt32(cell.dots)) ?? " ")
            }
        }
        return current == nil ? text : text + ANSI.end
    }
}

/// Colours of a terminal with 256 of them.
enum ANSI {
    static let end = "\u{1B}[0m"

    static func start(_ color: Color) -> String {
        // The terminal's own foreground for black: it may be drawing on black.
        if color == .black { return end }
        func level(_ channel: UInt8) -> Int { channel < 48 ? 0 : channel < 115 ? 1 : (Int(channel) - 35) / 40 }
        return "\u{1B}[38;5;\(16 + 36 * level(color.red) + 6 * level(color.green) + level(color.blue))m"
    }

    static func colored(_ text: String, _ color: Color, when usesColor: Bool) -> String {
        usesColor && color != .black ? start(color) + text + end : text
    }
}
