import Projection
import Results

/// A matrix as coloured tiles, rows and columns put beside their likes by clustering, with the trees.
public struct HeatMapFigure: Sendable {
    public var values: Matrix
    public var rowNames: [String]
    public var columnNames: [String]
    /// What the columns are.
    public var columnTitle: String
    /// The order of rows and columns, with the tree; nil keeps them as they are.
    public var rowTree: HierarchicalClustering?
    public var columnTree: HierarchicalClustering?
    public var scale: ColorScale
    /// What the colours mean.
    public var valueName: String
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    /// Lower tiles leave no room for the rows' names.
    private static let leastNamedHeight = 2.3
    /// Of the tiles, so that the figure fits a page.
    private static let mostHeight = 205.0
    private static let treeSize = 7.0

    /// - Precondition: a name for every row and column.
    public init(
        values: Matrix, rowNames: [String], columnNames: [String], columnTitle: String = "",
        rowTree: HierarchicalClustering? = nil,
        columnTree: HierarchicalClustering? = nil, scale: ColorScale, valueName: String, title: String? = nil,
        caption: String? = nil, width: Figure.Width = .singleColumn
    ) {
        precondition(
            rowNames.count == values.rows && columnNames.count == values.columns, "a name for every row and column")
        self.values = values
        self.rowNames = rowNames
        self.columnNames = columnNames
        self.columnTitle = columnTitle
        self.rowTree = rowTree
        self.columnTree = columnTree
        self.scale = scale
        self.valueName = valueName
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// Lays the figure out, the first row at the top.
    ///
    /// - Throws: `FigureError` when there is no row or column.
    public func figure() throws -> Figure {
        guard values.rows > 0, values.columns > 0 else { throw FigureError.nothingToDraw("the matrix is empty") }
        let page = width.rawValue
        let (rows, columns) = (rowTree?.order ?? Array(0..<values.rows), columnTree?.order ?? Array(0..<values.columns))
        let rowHeight = min(3.1, Self.mostHeight / Double(rows.count))
        let isNamed = rowHeight >= Self.leastNamedHeight
        let caption =
            isNamed
            ? caption
            : [caption, "names of \(rows.count) rows left out"].compactMap { $0 }.joined(separator: "; ")
        let names = rows.map {
            TextMetrics.fitted(GnuplotText.singleLine(rowNames[$0]), size: Theme.smallText, width: page * 0.4)
        }
        let y = Axis(
            range: 0.5...(Double(rows.count) + 0.5),
            ticks: rows.indices.map { Axis.Tick(Double(rows.count - $0), isNamed ? names[$0] : "") },
            hasTickMarks: false)
        let left = Theme.margin + Panel.leftWidth(of: y)
        let treeWidth = rowTree == nil ? 0 : Self.treeSize + 0.8
        let room = page - left - treeWidth - Theme.margin
        // Tiles no wider than three times their height.
        let columnWidth = min(max(3 * rowHeight, 4), room / Double(columns.count))
        let x = xAxis(columns, columnWidth: columnWidth)
        let bar = ColorBar(scale: scale, title: valueName, values: values.values, room: page - 2 * Theme.margin)
        let base = Theme.margin + Figure.captionHeight(caption, width: page) + Panel.axisHeight(of: x)
        let area = Rectangle(
            x: left, y: base, width: columnWidth * Double(columns.count), height: rowHeight * Double(rows.count))
        var panel = Panel(area: area, x: x, y: y, frame: .names)
        panel.series = [tiles(rows: rows, columns: columns, width: columnWidth, height: rowHeight)]
        let treeTop = area.top + (columnTree == nil ? 0 : Self.treeSize + 0.8)
        let barTop = treeTop + 1.5 + bar.height
        var figure = Figure(
            width: page, height: barTop + Figure.titleHeight(title, width: page) + Theme.margin, title: title,
            caption: caption, panels: [panel])
        if let rowTree, rowTree.joins.count > 0 {
            figure.panels.append(
                tree(
                    rowTree, isUpright: false,
                    area: Rectangle(x: area.right + 0.8, y: area.y, width: Self.treeSize, height: area.height)))
        }
        if let columnTree, columnTree.joins.count > 0 {
            figure.panels.append(
                tree(
                    columnTree, isUpright: true,
                    area: Rectangle(x: area.x, y: area.top + 0.8, width: area.width, height: Self.treeSize)))
        }
        let barLeft = min(area.x, max(Theme.margin, page - Theme.margin - bar.width))
        figure.panels.append(bar.panel(x: barLeft, top: barTop))
        figure.placeTitleAndCaption()
        figure.summary = summary
        return figure
    }

    private var summary: String {
        let columns = Words.counted(values.columns, "column") + (columnTitle.isEmpty ? "" : " (\(columnTitle))")
        return Words.sentences([
            "\(valueName), of \(Words.counted(values.rows, "row")) and \(columns)",
            "Values \(Words.range(values.values))",
        ])
    }

    private func xAxis(_ columns: [Int], columnWidth: Double) -> Axis {
        let names = columns.map { GnuplotText.singleLine(columnNames[$0]) }
        let isTight = names.contains { TextMetrics.width($0, size: Theme.smallText) * 1.03 > columnWidth - 0.4 }
        let isNamed = columnWidth >= Self.leastNamedHeight || !isTight
        return Axis(
            title: columnTitle, range: 0.5...(Double(columns.count) + 0.5),
            ticks: names.enumerated().map {
                Axis.Tick(Double($0 + 1), isNamed ? TextMetrics.fitted($1, size: Theme.smallText, width: 30) : "")
            }, hasTickMarks: false, hasRotatedLabels: isTight && isNamed)
    }

    /// A hair of white stays between tiles that are large enough.
    private func tiles(rows: [Int], columns: [Int], width: Double, height: Double) -> Series {
        let gap = min(width, height) < 1 ? 0 : 0.08
        let (half, halfHeight) = (0.5 - gap / width, 0.5 - gap / height)
        var (edges, colors) = ([[Double]](repeating: [], count: 4), [Color]())
        for (place, row) in rows.enumerated() {
            let y = Double(rows.count - place)
            for (across, column) in columns.enumerated() {
                let x = Double(across + 1)
                for (edge, value) in zip(edges.indices, [x - half, x + half, y - halfHeight, y + halfHeight]) {
                    edges[edge].append(value)
                }
                colors.append(scale.color(values[row, column]))
            }
        }
        var tiles = Series(name: valueName, .tiles, color: .gray, columns: edges, pointColors: colors)
        tiles.scale = scale
        return tiles
    }

    /// The joins as brackets whose arms reach from the height of the join to those of what it joined.
    private func tree(_ tree: HierarchicalClustering, isUpright: Bool, area: Rectangle) -> Panel {
        var place = [Double](repeating: 0, count: tree.order.count)
        for (index, row) in tree.order.enumerated() {
            place[row] = Double(isUpright ? index + 1 : tree.order.count - index)
        }
        var (middles, segments) = ([Double](), [(Double, Double, Double, Double)]())
        for join in tree.joins {
            let ends = [join.first, join.second].map { branch -> (at: Double, height: Double) in
                switch branch {
                case .row(let row): (place[row], 0)
                case .join(let number): (middles[number], tree.joins[number].height)
                }
            }
            segments.append((ends[0].at, ends[0].height, ends[0].at, join.height))
            segments.append((ends[0].at, join.height, ends[1].at, join.height))
            segments.append((ends[1].at, join.height, ends[1].at, ends[1].height))
            middles.append((ends[0].at + ends[1].at) / 2)
        }
        let highest = tree.joins.map(\.height).max() ?? 0
        let across = Axis(range: 0.5...(Double(tree.order.count) + 0.5))
        let along = Axis(range: 0...(highest > 0 ? highest * 1.02 : 1))
        var panel = Panel(area: area, x: isUpright ? across : along, y: isUpright ? along : across, frame: .none)
        let columns = [segments.map(\.0), segments.map(\.1), segments.map(\.2), segments.map(\.3)]
        panel.series = [
            Series(
                name: isUpright ? "tree of columns" : "tree of rows", .segments(width: 0.4, dash: .solid), color: .gray,
                columns: isUpright ? columns : [columns[1], columns[0], columns[3], columns[2]])
        ]
        return panel
    }
}
