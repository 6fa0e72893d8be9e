/// A figure as lines of text.
struct TextDrawing {
    let figure: Figure
    let width: Int
    let height: Int
    let usesColor: Bool

    private static let leastRows = 8
    private static let leastPanelWidth = 30

    var text: String {
        var lines: [String] = []
        if let title = figure.title { lines += wrapped(title) }
        lines += legendLines + scaleLines
        let caption = figure.caption.map(wrapped) ?? []
        let room = height - lines.count - caption.count
        let panels = figure.panels.filter { $0.frame != .none }
        let beside = panels.count > 1 && width / panels.count >= Self.leastPanelWidth
        if beside {
            let each = (width - 2 * (panels.count - 1)) / panels.count
            let drawn = panels.map { block($0, width: each, room: room) }
            let longest = drawn.map(\.count).max() ?? 0
            for row in 0..<longest {
                let parts = drawn.map { row < $0.count ? $0[row] : TextLine() }
                lines.append(
                    parts.map { $0.filled(to: each) }.joined(separator: "  ").trimmingTrailingSpaces)
            }
        } else {
            for panel in panels {
                lines += block(panel, width: width, room: room / panels.count).map(\.text.trimmingTrailingSpaces)
            }
        }
        return (lines + caption).joined(separator: "\n")
    }

    private func wrapped(_ text: String) -> [String] {
        var lines = [""]
        for word in GnuplotText.singleLine(text).split(separator: " ") {
            let longer = lines[lines.count - 1].isEmpty ? String(word) : lines[lines.count - 1] + " " + word
            if TextMetrics.columns(longer) <= width {
                lines[lines.count - 1] = longer
            } else {
                lines.append(TextMetrics.cell(String(word), columns: width).trimmingTrailingSpaces)
            }
        }
        return lines
    }

    // MARK: Legend

    private var legendLines: [String] {
        var (lines, line) = ([String](), TextLine())
        for placed in figure.panels.flatMap({ $0.legend?.entries ?? [] }) {
            let name = GnuplotText.singleLine(placed.entry.text)
            let item = TextMetrics.cell(name, columns: min(TextMetrics.columns(name), width - 6))
            let sample = sample(placed.entry)
            let needed = TextMetrics.columns(item) + sample.count + 1
            if line.columns > 0, line.columns + needed + 2 > width {
                lines.append(line.text)
                line = TextLine()
            }
            if line.columns > 0 { line.append("  ") }
            line.append(sample, color: placed.entry.color, when: usesColor)
            line.append(" " + item)
        }
        if line.columns > 0 { lines.append(line.text) }
        return lines
    }

    /// What the shades of tiles mean: the numbers at the ends of each scale, and the shades between them.
    private var scaleLines: [String] {
        var shown: [(name: String?, scale: ColorScale)] = []
        return figure.panels.flatMap(\.series).compactMap { series in
            guard let scale = series.scale, !shown.contains(where: { $0 == (series.name, scale) }) else { return nil }
            shown.append((series.name, scale))
            let ends = [scale.range.lowerBound, scale.range.upperBound]
            let (steps, numbers) = (8, ends.map(Words.number))
            let name = GnuplotText.singleLine(series.name ?? "")
            let room = max(0, width - steps - numbers.reduce(4) { $0 + TextMetrics.columns($1) })
            var line = TextLine(TextMetrics.cell(name, columns: min(room, TextMetrics.columns(name))))
            line.append("  \(numbers[0]) ")
            for step in 0..<steps {
                let color = scale.color(ends[0] + (Double(step) + 0.5) / Double(steps) * (ends[1] - ends[0]))
                line.append(String(shade(color, of: scale)), color: color, when: usesColor)
            }
            line.append(" \(numbers[1])")
            return line.text
        }
    }

    private func sample(_ entry: Legend.Entry) -> String {
        switch entry.sample {
        case .marker(let shape):
            guard !usesColor, !Color.palette.contains(entry.color) else {
                return String(glyph(shape, color: entry.color))
            }
            // A shape that several colours share: the letters it has in each.
            let colors = figure.panels.flatMap { $0.legend?.entries ?? [] }.map(\.entry.color)
            return String(colors.filter(Color.palette.contains).map { glyph(shape, color: $0) })
        case .line(let dash):
            var canvas = BrailleCanvas(columns: 4, rows: 1)
            var travelled = 0
            canvas.line(
                from: (0, 2), to: (7, 2), color: entry.color, pattern: pattern(dash, color: entry.color),
                travelled: &travelled)
            return canvas.text(row: 0, usesColor: false)
        }
    }

    /// Where colours cannot tell groups apart, dashes do.
    private func pattern(_ dash: Series.Dash, color: Color) -> [Bool] {
        if usesColor {
            return dash == .solid ? [true] : [true, true, false]
        }
        let patterns: [[Bool]] = [
            [true], [true, true, true, false, false], [true, false], [true, true, true, true, false, true, false],
            [true, false, false, false],
        ]
        return patterns[(Color.palette.firstIndex(of: color) ?? 0) % patterns.count]
    }

    /// A marker as one character: its shape where colours tell modalities apart, otherwise a letter for the colour.
    private func glyph(_ shape: Series.Shape, color: Color) -> Character {
        if !usesColor, let index = Color.palette.firstIndex(of: color) {
            return Array(shape == .circle ? "ox+*#%@&" : "OXTYZSNW")[index]
        }
        return switch shape {
        case .circle: "●"
        case .triangle: "▲"
        case .square: "■"
        case .diamond: "◆"
        case .openCircle: "○"
        case .openTriangle: "△"
        case .openSquare: "□"
        case .openDiamond: "◇"
        }
    }

    // MARK: Panels

    private func block(_ panel: Panel, width: Int, room: Int) -> [TextLine] {
        switch panel.frame {
        case .axes: axes(panel, width: width, room: room)
        case .bottomAxis: rows(panel, width: width)
        case .box: box(panel, width: width, room: room)
        case .names: grid(panel, width: width)
        case .none: []
        }
    }

    private func axes(_ panel: Panel, width: Int, room: Int) -> [TextLine] {
        let labels = panel.y.ticks.map { TextMetrics.columns($0.label) }.max() ?? 0
        let table = panel.tickTable
        let numbered = table?.rows.filter { !$0.cells.isEmpty } ?? []
        let names = numbered.map { TextMetrics.columns(GnuplotText.singleLine($0.name)) }.max() ?? 0
        let gutter = max(labels + 1, min(names + 3, width / 3))
        let tableLines = table.map { $0.rows.count + ($0.title.isEmpty ? 0 : 1) } ?? 0
        let notes = panel.notes.joined(separator: "   ")
        let overhead = 4 + tableLines
        // The last tick's number may reach beyond the axis.
        let columns = max(10, width - gutter - 3)
        var canvas = BrailleCanvas(columns: columns, rows: max(Self.leastRows, room - overhead))
        draw(panel, on: &canvas)

        var heading = TextLine(panel.y.title)
        if !notes.isEmpty {
            if heading.columns + 3 + TextMetrics.columns(notes) <= width {
                heading.append(String(repeating: " ", count: width - heading.columns - TextMetrics.columns(notes)))
                heading.append(notes)
            } else {
                heading.append("   " + notes)
            }
        }
        var lines = [heading.cut(to: width)]
        let tickRows = Dictionary(
            panel.y.ticks.map { (rowOf(panel.y.fraction($0.position), canvas.rows), $0.label) },
            uniquingKeysWith: { first, _ in first })
        for row in 0..<canvas.rows {
            let label = tickRows[row]
            var line = TextLine(TextMetrics.cell(label ?? "", columns: gutter - 1, alignment: .right))
            line.append(label == nil ? " │" : " ┤")
            line.append(canvas.text(row: row, usesColor: usesColor), columns: columns)
            lines.append(line)
        }
        lines.append(axisLine(panel.x, gutter: gutter, columns: columns))
        lines.append(
            under(panel.x, cells: panel.x.ticks.map(\.label), name: "", gutter: gutter, columns: columns))
        lines.append(
            TextLine(
                String(repeating: " ", count: gutter + 1)
                    + TextMetrics.cell(panel.x.title, columns: columns, alignment: .center)))
        if let table {
            if !table.title.isEmpty { lines.append(TextLine(table.title)) }
            lines += table.rows.map { row in
                under(
                    panel.x, cells: row.cells, name: row.name, color: row.color, gutter: gutter, columns: columns)
            }
        }
        return lines
    }

    /// The bottom axis with its tick marks.
    private func axisLine(_ axis: Axis, gutter: Int, columns: Int) -> TextLine {
        var marks = Array(repeating: Character("─"), count: columns)
        for tick in axis.ticks { marks[columnOf(axis.fraction(tick.position), columns)] = "┬" }
        // A tick at the axis' beginning is drawn on the corner.
        let startsWithTick = marks[0] == "┬"
        if startsWithTick { marks[0] = "─" }
        return TextLine(String(repeating: " ", count: gutter) + (startsWithTick ? "├" : "└") + String(marks))
    }

    /// Cells centred under the ticks of the x-axis, left out where they would run into one another.
    private func under(
        _ axis: Axis, cells: [String], name: String, color: Color = .black, gutter: Int, columns: Int
    ) -> TextLine {
        var line = TextLine()
        let room = cells.isEmpty ? min(gutter + columns, TextMetrics.columns(GnuplotText.singleLine(name))) : gutter - 2
        let shown = TextMetrics.cell(GnuplotText.singleLine(name), columns: max(0, room))
        if !name.isEmpty { line.append(shown, color: color, when: usesColor) }
        for (tick, cell) in zip(axis.ticks, cells) {
            let size = TextMetrics.columns(cell)
            // The axis itself stands in the column before the first of the canvas.
            let fraction = axis.fraction(tick.position)
            let middle = gutter + (fraction == 0 ? 0 : 1 + columnOf(fraction, columns))
            let start = middle - size / 2
            guard start > line.columns || line.columns == 0 else { continue }
            line.append(String(repeating: " ", count: max(0, start - line.columns)) + cell)
        }
        return line
    }

    private func box(_ panel: Panel, width: Int, room: Int) -> [TextLine] {
        let inner = width - 2
        // A cell is about twice as high as wide.
        let rowCount = max(Self.leastRows, min(inner / 2, room - 3))
        var canvas = BrailleCanvas(columns: min(inner, rowCount * 2), rows: rowCount)
        draw(panel, on: &canvas)
        let title = panel.title.map { " \(GnuplotText.singleLine($0)) " } ?? ""
        let edge = TextMetrics.cell(title, columns: min(TextMetrics.columns(title), canvas.columns - 1))
        let rest = String(repeating: "─", count: canvas.columns - 1 - TextMetrics.columns(edge))
        var lines = [TextLine("┌─" + edge + rest + "┐")]
        for row in 0..<canvas.rows {
            var line = TextLine("│")
            line.append(canvas.text(row: row, usesColor: usesColor), columns: canvas.columns)
            line.append("│")
            lines.append(line)
        }
        lines.append(TextLine("└" + String(repeating: "─", count: canvas.columns) + "┘"))
        return lines + panel.notes.map { TextLine($0).cut(to: width) }
    }

    /// Named rows and columns of tiles, a line for each row.
    private func grid(_ panel: Panel, width: Int) -> [TextLine] {
        let ticks = panel.y.ticks.sorted { $0.position > $1.position }
        let names = min(ticks.map { TextMetrics.columns($0.label) }.max() ?? 0, width / 3)
        let across = panel.x.ticks
        let columns = max(across.count, min(width - names - 1, across.count * 8))
        var lines = panel.title.map { [TextLine(GnuplotText.singleLine($0)).cut(to: width)] } ?? []
        for tick in ticks {
            var canvas = BrailleCanvas(columns: columns, rows: 1)
            for series in panel.series where series.mark == .tiles {
                for (index, row) in series.allRows.enumerated() where row[2] <= tick.position && tick.position < row[3]
                {
                    fill(row, series, index, panel, on: &canvas, rows: 0...0)
                }
            }
            var line = TextLine(TextMetrics.cell(GnuplotText.singleLine(tick.label), columns: names) + " ")
            line.append(canvas.text(row: 0, usesColor: usesColor), columns: columns)
            lines.append(line)
        }
        lines.append(
            under(panel.x, cells: across.map(\.label), name: "", gutter: names, columns: columns).cut(to: width))
        return lines
    }

    /// A tile as whole cells of the terminal.
    private func fill(
        _ row: [Double], _ series: Series, _ index: Int, _ panel: Panel, on canvas: inout BrailleCanvas,
        rows: ClosedRange<Int>
    ) {
        let color = series.pointColors?[index] ?? series.color
        let shade = shade(color, of: series.scale)
        let first = columnOf(panel.x.fraction(row[0]), canvas.columns)
        let last = max(first, Int((panel.x.fraction(row[1]) * Double(canvas.columns) - 1e-9).rounded(.down)))
        for y in rows {
            for x in first...min(last, canvas.columns - 1) { canvas.put(shade, x: 2 * x, y: 4 * y, color: color) }
        }
    }

    /// A cell in its colour or, without colours, in a shade as dark, of other signs below 0.
    private func shade(_ color: Color, of scale: ColorScale?) -> Character {
        guard !usesColor else { return "█" }
        // Where a scale goes both ways, blue is below 0.
        let isBelow = if case .diverging? = scale { color.blue > color.red } else { false }
        return Array(isBelow ? ".-=#" : "░▒▓█")[min(3, Int((1 - color.luminance) * 4))]
    }

    private func rows(_ panel: Panel, width: Int) -> [TextLine] {
        let ticks = panel.y.ticks.sorted { $0.position > $1.position }
        let names = min(ticks.map { TextMetrics.columns($0.label) }.max() ?? 0, width / 3)
        var sides = panel.sideColumns.map { column in
            ([column.title] + column.cells).map(TextMetrics.columns).max() ?? 0
        }
        // On a narrow terminal the drawing matters more than the numbers beside it.
        while !sides.isEmpty, sides.reduce(names + 11, { $0 + $1 + 2 }) > width { sides.removeLast() }
        let columns = max(10, width - names - 1 - sides.reduce(0) { $0 + $1 + 2 })
        func line(_ name: String, _ middle: String, _ cells: [String]) -> TextLine {
            var line = TextLine(TextMetrics.cell(name, columns: names) + " ")
            line.append(middle, columns: columns)
            for (cell, size) in zip(cells, sides) {
                line.append("  " + TextMetrics.cell(cell, columns: size, alignment: .right))
            }
            return line
        }
        var lines: [TextLine] = []
        if !sides.isEmpty {
            lines.append(line("", String(repeating: " ", count: columns), panel.sideColumns.map(\.title)))
        }
        for (index, tick) in ticks.enumerated() {
            var canvas = BrailleCanvas(columns: columns, rows: 1)
            drawRow(panel, around: tick.position, on: &canvas)
            lines.append(
                line(tick.label, canvas.text(row: 0, usesColor: usesColor), panel.sideColumns.map { $0.cells[index] }))
        }
        var marks = Array(repeating: Character("─"), count: columns)
        for tick in panel.x.ticks { marks[columnOf(panel.x.fraction(tick.position), columns)] = "┬" }
        lines.append(TextLine(String(repeating: " ", count: names + 1) + String(marks)))
        lines.append(
            under(panel.x, cells: panel.x.ticks.map(\.label), name: "", gutter: names, columns: columns))
        lines.append(
            TextLine(
                String(repeating: " ", count: names + 1)
                    + TextMetrics.cell(panel.x.title, columns: columns, alignment: .center)))
        return lines
    }
}

// MARK: Series

extension TextDrawing {
    private func columnOf(_ fraction: Double, _ columns: Int) -> Int {
        min(max(Int((fraction * Double(columns) - 0.5).rounded()), 0), columns - 1)
    }

    private func rowOf(_ fraction: Double, _ rows: Int) -> Int {
        min(max(Int(((1 - fraction) * Double(rows) - 0.5).rounded()), 0), rows - 1)
    }

    private func draw(_ panel: Panel, on canvas: inout BrailleCanvas) {
        func dot(_ x: Double, _ y: Double) -> (x: Int, y: Int) {
            (columnOf(panel.x.fraction(x), canvas.width), rowOf(panel.y.fraction(y), canvas.height))
        }
        for series in panel.series {
            let rows = series.drawnRows
            var travelled = 0
            switch series.mark {
            case .band, .stepBand: continue
            case .line(_, let dash), .steps(_, let dash):
                let isStep = if case .steps = series.mark { true } else { false }
                for (row, next) in zip(rows, rows.dropFirst()) where !row.isEmpty && !next.isEmpty {
                    let (start, end) = (dot(row[0], row[1]), dot(next[0], next[1]))
                    let pattern = pattern(dash, color: series.color)
                    if isStep {
                        canvas.line(
                            from: start, to: (end.x, start.y), color: series.color, pattern: pattern,
                            travelled: &travelled)
                        canvas.line(
                            from: (end.x, start.y), to: end, color: series.color, pattern: pattern,
                            travelled: &travelled)
                    } else {
                        canvas.line(
                            from: start, to: end, color: series.color, pattern: pattern, travelled: &travelled)
                    }
                }
            case .segments(_, let dash):
                let pattern = dash == .solid ? [true, false, false] : [true, false, false, false]
                for row in rows {
                    canvas.line(
                        from: dot(row[0], row[1]), to: dot(row[2], row[3]), color: series.color, pattern: pattern,
                        travelled: &travelled)
                }
            case .tiles where series.opacity < 0.4:
                // What is to be seen through what lies over it: its frame alone, and less where a line is drawn round it.
                for row in series.allRows where series.opacity >= 0.3 && !row.contains(where: { $0.isNaN }) {
                    let corners = [(0, 2), (1, 2), (1, 3), (0, 3), (0, 2)].map { dot(row[$0.0], row[$0.1]) }
                    for (start, end) in zip(corners, corners.dropFirst()) {
                        canvas.line(from: start, to: end, color: series.color, pattern: [true], travelled: &travelled)
                    }
                }
            case .tiles:
                for (index, row) in series.allRows.enumerated() where !row.contains(where: { $0.isNaN }) {
                    let top = rowOf(panel.y.fraction(row[3]), canvas.rows)
                    let bottom = rowOf(panel.y.fraction(row[2]), canvas.rows)
                    fill(row, series, index, panel, on: &canvas, rows: top...max(top, bottom))
                }
            case .strokes:
                for row in rows {
                    let place = dot(row[0], row[1])
                    for rise in 1...2 { canvas.set(x: place.x, y: place.y - rise, color: series.color) }
                }
            case .points(let shape, _):
                for (index, row) in series.allRows.enumerated() where !row.contains(where: { $0.isNaN }) {
                    let place = dot(row[0], row[1])
                    let color = series.pointColors?[index] ?? series.color
                    if usesColor {
                        canvas.set(x: place.x, y: place.y, color: color)
                    } else {
                        canvas.put(glyph(shape, color: color), x: place.x, y: place.y, color: color)
                    }
                }
            }
        }
    }

    /// What lies in one row of a panel of rows: lines first, then points.
    private func drawRow(_ panel: Panel, around position: Double, on canvas: inout BrailleCanvas) {
        func column(_ x: Double) -> Int { columnOf(panel.x.fraction(x), canvas.columns) }
        func isHere(_ y: Double) -> Bool { abs(y - position) < 0.5 }
        for series in panel.series {
            guard case .segments = series.mark else { continue }
            for row in series.drawnRows {
                if row[0] == row[2] {
                    canvas.put("┊", x: 2 * column(row[0]), y: 0, color: series.color)
                } else if isHere(row[1]), row[1] == row[3] {
                    let (start, end) = (column(row[0]), column(row[2]))
                    for cell in start...max(start, end) {
                        canvas.put("─", x: 2 * cell, y: 0, color: series.color)
                    }
                } else if isHere(row[1]) {
                    canvas.put(row[2] > row[0] ? "◂" : "▸", x: 2 * column(row[0]), y: 0, color: series.color)
                }
            }
        }
        for series in panel.series {
            guard case .points(let shape, let size) = series.mark else { continue }
            for row in series.drawnRows where isHere(row[1]) {
                let glyph: Character = shape == .circle && size < 3 ? "•" : shape == .diamond ? "◆" : "■"
                canvas.put(glyph, x: 2 * column(row[0]), y: 0, color: series.color)
            }
        }
    }
}
