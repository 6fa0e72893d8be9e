/// Writes the commands of one script, line by line.
struct ScriptWriter {
    let figure: Figure
    let terminal: GnuplotTerminal
    private(set) var text = ""
    /// The data block of each series: panel number, series number.
    private var blocks: [[String?]] = []
    private var labelCount = 0

    init(figure: Figure, terminal: GnuplotTerminal) {
        self.figure = figure
        self.terminal = terminal
    }

    mutating func line(_ command: String) { text += command + "\n" }

    mutating func writeHeader(output: String?) {
        line("# A figure drawn by tta. To draw it again: gnuplot THIS-FILE")
        // Read by old versions too, which know no blocks; the rest of the line belongs to the condition.
        line(
            "if (GPVAL_VERSION < \(GnuplotProcess.leastVersion)) print '\(GnuplotProcess.tooOld)', GPVAL_VERSION; exit")
        line("reset")
        line("set encoding utf8")
        line(terminal.selection(figure.width, figure.height))
        if let output {
            // The leading ./ keeps a name such as |x from being taken for a command to pipe into.
            line("folder = './'")
            line("if (exists('ARG0')) {")
            line("    do for [i = 1:strlen(ARG0)] {")
            line("        if (ARG0[i:i] eq '/') { folder = (ARG0[1:1] eq '/' ? '' : './').ARG0[1:i] }")
            line("    }")
            line("}")
            line("set output folder.\(GnuplotText.quoted(output))")
        }
        line("point = \(terminal.markerUnit)    # size of a marker 1 pt wide")
        line("pointed = \(terminal.pointedMarkerUnit)    # the same for triangles and diamonds, to look as large")
        line("")
        // In a block as comments, where no character means anything; a comment elsewhere goes on after a backslash.
        line("$words << END_OF_DATA")
        for part in TextMetrics.wrapped(GnuplotText.singleLine(figure.description), size: Theme.text, width: 140) {
            line("# " + part)
        }
        line("END_OF_DATA")
        line("")
    }

    // MARK: Data

    mutating func writeData(of panel: Panel, number: Int) {
        var names: [String?] = []
        for (index, series) in panel.series.enumerated() {
            guard series.count > 0 else {
                names.append(nil)
                continue
            }
            let name = "$\(series.mark.blockName)_\(number)_\(index + 1)"
            names.append(name)
            line("\(name) << END_OF_DATA")
            if let title = series.name { line("# \(GnuplotText.singleLine(title))") }
            if let colors = series.pointColors {
                line("# " + (series.mark.columnNames + ["color"]).joined(separator: " "))
                for (row, color) in colors.enumerated() {
                    let opacity = series.pointOpacities?[row] ?? series.opacity
                    for column in series.columns { text += GnuplotText.number(column[row]) + " " }
                    // Tiles keep the colours of their scale on any background, for their order is what they say.
                    let drawn = series.mark == .tiles ? color : figure.theme.drawn(color)
                    text += "0x" + GnuplotText.hexadecimal(drawn, opacity: opacity) + "\n"
                }
            } else {
                line("# " + series.mark.columnNames.joined(separator: " "))
                for row in series.drawnRows {
                    line(row.map(GnuplotText.number).joined(separator: " "))
                }
            }
            line("END_OF_DATA")
        }
        blocks.append(names)
        line("")
    }

    // MARK: Panels

    mutating func write(_ panel: Panel, number: Int) {
        let area = panel.area
        line("# Panel \(number)")
        line("unset label; unset arrow; unset key; unset border; unset tics")
        line("set lmargin at screen \(across(area.x)); set rmargin at screen \(across(area.right))")
        line("set bmargin at screen \(up(area.y)); set tmargin at screen \(up(area.top))")
        write(panel.x, letter: "x")
        write(panel.y, letter: "y")
        writeFrame(of: panel)
        for placed in panel.legend?.entries ?? [] { write(placed) }
        for label in panel.placedTitles + panel.labels { write(label) }
        if number == figure.panels.count {
            for label in figure.labels { write(label) }
        }
        let plots = zip(panel.series, blocks[number - 1]).compactMap { series, block in
            block.map { "\($0) \(style(of: series, in: panel)) notitle" }
        }
        line("plot " + plots.joined(separator: ", \\\n     "))
        line("")
    }

    private mutating func write(_ axis: Axis, letter: String) {
        let range = "[\(GnuplotText.number(axis.range.lowerBound)):\(GnuplotText.number(axis.range.upperBound))]"
        line("set \(letter)range \(range)")
        line(axis.scale == .logarithmic ? "set logscale \(letter)" : "unset logscale \(letter)")
    }

    private mutating func writeFrame(of panel: Panel) {
        let width = GnuplotText.number(Theme.axisWidth)
        switch panel.frame {
        case .names, .none: return
        case .box:
            line("set border 15 lw \(width) lc \(color(.lightGray))")
            return
        case .axes: line("set border 3 lw \(width) lc \(color(.black))")
        case .bottomAxis: line("set border 1 lw \(width) lc \(color(.black))")
        }
        for (letter, axis) in [("x", panel.x), ("y", panel.y)] where axis.hasTickMarks && !axis.ticks.isEmpty {
            let positions = axis.ticks.map { "'' \(GnuplotText.number($0.position))" }
            line("set \(letter)tics nomirror out scale 2*\(terminal.tickUnit) (\(positions.joined(separator: ", ")))")
        }
    }

    // MARK: Text

    mutating func write(_ label: Label) {
        guard !label.text.isEmpty else { return }
        labelCount += 1
        let (content, mode) =
            label.style == .regular
            ? (GnuplotText.drawable(label.text), "noenhanced")
            : (GnuplotText.enhanced(label.text, style: label.style), "enhanced")
        let font = "\(Theme.font),\(GnuplotText.number(label.size))"
        line(
            "set label \(labelCount) \(GnuplotText.quoted(content)) at \(position(label.anchor)) "
                + "\(label.alignment.rawValue)\(label.isRotated ? " rotate" : "") "
                + "font '\(font)' \(mode) front tc \(GnuplotText.color(figure.theme.text(label.color)))")
    }

    private func position(_ anchor: Label.Anchor) -> String {
        switch anchor {
        case .page(let x, let y): "screen \(across(x)), screen \(up(y))"
        case .column(let x, let pageY): "first \(GnuplotText.number(x)), screen \(up(pageY))"
        case .row(let pageX, let y): "screen \(across(pageX)), first \(GnuplotText.number(y))"
        }
    }

    private mutating func write(_ placed: Legend.Placed) {
        let entry = placed.entry
        let color = color(entry.color)
        switch entry.sample {
        case .line(let dash):
            // The SVG terminal joins arrows of one colour and width into one path, with the dashes of the first.
            let width = Theme.curveWidth + (dash == .solid ? 0 : dash == .dashed ? 0.01 : 0.02)
            line(
                "set arrow from screen \(across(placed.x)), screen \(up(placed.y)) "
                    + "to screen \(across(placed.x + Theme.legendSample)), screen \(up(placed.y)) "
                    + "nohead lw \(GnuplotText.measure(width)) dt \(dash.gnuplot) lc \(color)")
        case .marker(let shape):
            labelCount += 1
            line(
                "set label \(labelCount) '' at screen \(across(placed.x + 1)), screen \(up(placed.y)) "
                    + "point pt \(shape.gnuplot) ps 4*\(shape.unit) lw \(shape.strokeWidth) lc \(color)")
        }
        write(
            Label(
                GnuplotText.singleLine(entry.text),
                at: .page(x: placed.x + Legend.indent(entry.sample), y: placed.y), size: Theme.text))
    }

    // MARK: Series

    private func style(of series: Series, in panel: Panel) -> String {
        let color = color(series.color, opacity: series.opacity)
        switch series.mark {
        case .line(let width, let dash):
            return "using 1:2 with lines lw \(GnuplotText.number(width)) dt \(dash.gnuplot) lc \(color)"
        case .steps(let width, let dash):
            return "using 1:2 with steps lw \(GnuplotText.number(width)) dt \(dash.gnuplot) lc \(color)"
        case .band, .stepBand:
            return "using 1:2:3 with filledcurves fc \(color) fs solid noborder"
        case .points(let shape, let size):
            let isColored = series.pointColors != nil
            return "using 1:2\(isColored ? ":3" : "") with points pt \(shape.gnuplot) "
                + "ps \(GnuplotText.measure(size))*\(shape.unit) lw \(shape.strokeWidth) "
                + "lc \(isColored ? "rgb variable" : color)"
        case .strokes(let height, let width):
            let range = panel.y.range
            let length = height / panel.area.height * (range.upperBound - range.lowerBound)
            let (half, whole) = (GnuplotText.measure(length / 2), GnuplotText.measure(length))
            return "using 1:($2-\(half)):(0):(\(whole)) with vectors nohead lw \(GnuplotText.number(width)) lc \(color)"
        case .segments(let width, let dash):
            return "using 1:2:($3-$1):($4-$2) with vectors nohead lw \(GnuplotText.number(width)) "
                + "dt \(dash.gnuplot) lc \(color)"
        case .tiles:
            let isColored = series.pointColors != nil
            return "using (($1+$2)/2):(($3+$4)/2):1:2:3:4\(isColored ? ":5" : "") with boxxyerror fs solid noborder "
                + "\(isColored ? "lc rgb variable" : "fc \(color)")"
        }
    }

    private func color(_ color: Color, opacity: Double = 1) -> String {
        GnuplotText.color(figure.theme.drawn(color), opacity: opacity)
    }

    private func across(_ x: Double) -> String { GnuplotText.measure(x / figure.width) }
    private func up(_ y: Double) -> String { GnuplotText.measure(y / figure.height) }
}

extension Series {
    var allRows: [[Double]] { (0..<count).map { row in columns.map { $0[row] } } }

    /// The rows of the data block; an empty row interrupts a line.
    var drawnRows: [[Double]] {
        let rows = allRows
        switch mark {
        case .line, .band: return rows.map { $0.contains { $0.isNaN } ? [] : $0 }
        case .stepBand: return Self.steps(rows)
        case .steps, .points, .strokes, .segments, .tiles: return rows.filter { !$0.contains { $0.isNaN } }
        }
    }

    /// The corners of a band between step functions: each row holds until the next one's x, and a NaN ends the band.
    private static func steps(_ rows: [[Double]]) -> [[Double]] {
        var corners: [[Double]] = []
        var last: [Double]?
        for row in rows {
            if let last { corners.append([row[0]] + last.dropFirst()) }
            if row.contains(where: { $0.isNaN }) {
                if last != nil { corners.append([]) }
                last = nil
            } else {
                corners.append(row)
                last = row
            }
        }
        return corners
    }
}

extension Series.Mark {
    fileprivate var blockName: String {
        switch self {
        case .line: "line"
        case .steps: "steps"
        case .band, .stepBand: "band"
        case .points: "points"
        case .strokes: "strokes"
        case .segments: "segments"
        case .tiles: "tiles"
        }
    }
}

extension Series.Dash {
    fileprivate var gnuplot: String {
        switch self {
        case .solid: "solid"
        case .dashed: "(8,5)"
        case .dotted: "(2,4)"
        }
    }
}

extension Series.Shape {
    fileprivate var gnuplot: Int {
        switch self {
        case .circle: 7
        case .triangle: 9
        case .square: 5
        case .diamond: 13
        case .openCircle: 6
        case .openTriangle: 8
        case .openSquare: 4
        case .openDiamond: 12
        }
    }

    fileprivate var unit: String {
        switch self {
        case .circle, .square, .openCircle, .openSquare: "point"
        case .triangle, .diamond, .openTriangle, .openDiamond: "pointed"
        }
    }

    /// Filled markers get no outline, which would show through where they are half transparent.
    fileprivate var strokeWidth: Double { isOpen ? 0.5 : 0 }
}
