/// Several figures on one page, each with its letter: row by row from the left. Plotting areas of a row are level at
/// their upper edges, but for those of named rows, which begin at the top.
public struct Composition: Sendable {
    /// Row by row; each figure laid out for `cellWidth(columns:width:)` of its row.
    public var rows: [[Figure]]
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        rows: [[Figure]], title: String? = nil, caption: String? = nil, width: Figure.Width = .doubleColumn
    ) {
        self.rows = rows
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Between figures beside each other.
    private static let gap = 5.0
    /// Between rows.
    private static let rowGap = 2.0
    /// Over each figure, for its letter.
    private static let letterHeight = 3.6

    /// The width for which a figure is laid out that stands in a row of `columns`.
    public static func cellWidth(columns: Int, width: Figure.Width) -> Figure.Width {
        Figure.Width(rawValue: (width.rawValue - gap * Double(columns - 1)) / Double(columns))
    }

    /// Lays the page out.
    ///
    /// A figure that letters panels of its own gives them up for those of the page.
    ///
    /// - Throws: `FigureError` when there is no figure, or a row does not fit on the page.
    public func figure() throws -> Figure {
        guard !rows.isEmpty, rows.allSatisfy({ !$0.isEmpty }) else {
            throw FigureError.nothingToDraw("the figure has no panels, or a row without any")
        }
        let captionHeight = Figure.captionHeight(caption, width: width.rawValue)
        let heights = rows.map(Self.height)
        let height =
            heights.reduce(0, +) + Self.rowGap * Double(rows.count - 1) + captionHeight
            + Figure.titleHeight(title, width: width.rawValue) + (captionHeight > 0 ? Theme.margin : 0)
        var page = Figure(width: width.rawValue, height: height, title: title, caption: caption)
        var letters = 0
        var summaries: [String] = []
        var top = height - Figure.titleHeight(title, width: width.rawValue)
        for (row, rowHeight) in zip(rows, heights) {
            let areaTop = top - Self.letterHeight - (row.map(Self.headroom).max() ?? 0)
            var left = 0.0
            for figure in row {
                guard left + figure.width <= width.rawValue + 0.1 else {
                    throw FigureError.invalidValue(
                        "\(row.count) panels of together \(Int(row.reduce(0) { $0 + $1.width })) mm do not fit beside each "
                            + "other on a page of \(Int(width.rawValue)) mm")
                }
                let upper = Self.isLevelled(figure) ? areaTop + Self.headroom(figure) : top - Self.letterHeight
                let base = upper - figure.height
                let first = letters
                page.add(figure, x: left, y: base, letterY: top - Self.letterHeight / 2, letters: &letters)
                let own = (first..<letters).map(Figure.letter).joined(separator: ", ")
                summaries.append("\(own): \(figure.description)")
                left += figure.width + Self.gap
            }
            top -= rowHeight + Self.rowGap
        }
        page.placeTitleAndCaption()
        page.summary = Words.sentences(summaries)
        return page
    }

    /// From the first plotting area up to the upper edge.
    private static func headroom(_ figure: Figure) -> Double {
        guard isLevelled(figure) else { return 0 }
        return figure.height - (figure.panels.map(\.area.top).max() ?? figure.height)
    }

    private static func isLevelled(_ figure: Figure) -> Bool { figure.panels.contains { $0.frame != .bottomAxis } }

    private static func height(_ row: [Figure]) -> Double {
        letterHeight + (row.map(headroom).max() ?? 0) + (row.map { $0.height - headroom($0) }.max() ?? 0)
    }
}

extension Figure {
    /// The letter of the panel at `index`: a to z, then aa, ab and so on.
    static func letter(_ index: Int) -> String {
        let last = String(UnicodeScalar(UInt8(97 + index % 26)))
        return index < 26 ? last : letter(index / 26 - 1) + last
    }

    /// Puts another figure's contents at a place of this page.
    fileprivate mutating func add(_ figure: Figure, x: Double, y: Double, letterY: Double, letters: inout Int) {
        panels += figure.panels.map { $0.moved(x: x, y: y) }
        let isLettered = figure.labels.contains { $0.isPanelLetter }
        if !isLettered {
            labels.append(
                Label(
                    Self.letter(letters), at: .page(x: x + Theme.margin, y: letterY), size: Theme.letterText,
                    style: .bold))
            letters += 1
        }
        for var label in figure.labels {
            if label.isPanelLetter {
                label.text = Self.letter(letters)
                letters += 1
            }
            labels.append(label.moved(x: x, y: y))
        }
    }
}

extension Panel {
    fileprivate func moved(x: Double, y: Double) -> Panel {
        var panel = self
        panel.area.x += x
        panel.area.y += y
        panel.labels = labels.map { $0.moved(x: x, y: y) }
        for index in panel.legend?.entries.indices ?? 0..<0 {
            panel.legend?.entries[index].x += x
            panel.legend?.entries[index].y += y
        }
        return panel
    }
}

extension Label {
    /// Only letters of panels are bold.
    fileprivate var isPanelLetter: Bool { style == .bold }

    fileprivate func moved(x: Double, y: Double) -> Label {
        var label = self
        switch anchor {
        case .page(let left, let up): label.anchor = .page(x: left + x, y: up + y)
        case .column(let value, let up): label.anchor = .column(x: value, pageY: up + y)
        case .row(let left, let value): label.anchor = .row(pageX: left + x, y: value)
        }
        return label
    }
}
