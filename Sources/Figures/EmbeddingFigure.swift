import Foundation
import Projection
import Results

/// Patients in the plane, a square panel for each role of the embeddings, shared and specific side by side.
///
/// Colour is the modality and, where groups are given, shape is the patient's group; a second row of the same panels can
/// be coloured by anything else that is known of the patients. The axes of t-SNE have no meaning, so they are not drawn;
/// both directions have one scale. Where points crowd, each lets more of the others through.
public struct EmbeddingFigure: Sendable {
    public struct Point: Sendable, Equatable {
        public var patient: Int
        public var modality: String
        public var x: Double
        public var y: Double
        /// Such as the patient's risk group; nil where it is not known.
        public var group: String?

        public init(patient: Int, modality: String, x: Double, y: Double, group: String? = nil) {
            self.patient = patient
            self.modality = modality
            self.x = x
            self.y = y
            self.group = group
        }
    }

    public struct Panel: Sendable, Equatable {
        public var title: String
        public var points: [Point]
        /// Thin lines between the modalities of one patient.
        public var joinsPatients: Bool
        /// Written into a free corner, such as how well the embeddings align.
        public var notes: [String]

        public init(title: String, points: [Point], joinsPatients: Bool = false, notes: [String] = []) {
            self.title = title
            self.points = points
            self.joinsPatients = joinsPatients
            self.notes = notes
        }
    }

    /// What the second row of panels is coloured by, an entry per patient.
    public struct Coloring: Sendable, Equatable {
        public enum Values: Sendable, Equatable {
            /// Each patient's group, nil where it is not known, and the groups in the order of their colours.
            case groups([String?], order: [String])
            /// NaN where it is not known.
            case numbers([Double])
        }

        public var name: String
        public var values: Values

        public init(name: String, values: Values) {
            self.name = name
            self.values = values
        }
    }

    public var panels: [Panel]
    /// The groups in the order of their shapes; that of the alphabet where nil.
    public var groupNames: [String]?
    public var coloring: Coloring?
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(
        panels: [Panel], coloring: Coloring? = nil, title: String? = nil, caption: String? = nil,
        width: Figure.Width = .singleColumn
    ) {
        self.panels = panels
        self.coloring = coloring
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// The figure of a t-SNE map; its caption tells how the map was made.
    ///
    /// - Parameters:
    ///   - quality: of the embeddings; alignment and silhouette are written into the corners.
    ///   - groups: each patient's group for the shapes, nil where it is not known.
    ///   - groupNames: the groups in the order of their shapes; that of the alphabet if left out.
    ///   - coloring: what a second row of panels is coloured by.
    ///   - joinsPatients: whether lines join a patient's modalities in the shared panel.
    public init(
        _ map: EmbeddingMap, quality: EmbeddingQuality? = nil, groups: [String?]? = nil,
        groupNames: [String]? = nil, coloring: Coloring? = nil, joinsPatients: Bool = false, title: String? = nil,
        width: Figure.Width = .singleColumn
    ) {
        precondition(groups.map { $0.count == map.patients.count } ?? true, "a group for each patient is needed")
        let ordered = Embeddings.Role.allCases.flatMap { role in map.panels.filter { $0.role == role } }
        panels = ordered.map { panel in
            Panel(
                title: panel.role == .shared ? "Shared" : "Modality-specific",
                points: panel.points.map {
                    Point(patient: $0.patient, modality: $0.modality, x: $0.x, y: $0.y, group: groups?[$0.patient])
                },
                joinsPatients: joinsPatients && panel.role == .shared,
                notes: quality.map { Self.notes($0, of: panel.role) } ?? [])
        }
        let divergences = ordered.map {
            String(format: "%.2f (%@)", locale: nil, $0.klDivergence, $0.role.rawValue as NSString)
        }
        let patients = Set(map.panels.flatMap { $0.points.map(\.patient) }).count
        caption =
            "t-SNE, n = \(patients), perplexity \(GnuplotText.number(map.perplexity)), seed \(map.seed), "
            + "KL divergence \(divergences.joined(separator: ", "))"
        if let quality, quality.patientCount < patients {
            caption? += "; alignment and silhouette of \(quality.patientCount) with all modalities"
        }
        self.groupNames = groupNames
        self.coloring = coloring
        self.title = title
        self.width = width
    }

    /// Alignment (of the shared embeddings) and silhouette, with what chance would give.
    private static func notes(_ quality: EmbeddingQuality, of role: Embeddings.Role) -> [String] {
        func mean(_ values: [Double?]) -> Double? {
            let known = values.compactMap { $0 }
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
        var notes: [String] = []
        let recalls = quality.entries.filter { $0.measure == "recall@1" && $0.aspect == .alignment }
        if role == .shared, let recall = mean(recalls.map(\.value)), let chance = mean(recalls.map(\.chance)) {
            notes.append(String(format: "Recall@1 %.3f (chance %.3f)", locale: nil, recall, chance))
        }
        let silhouettes = quality.entries.filter {
            $0.measure == "silhouette" && $0.subject.hasPrefix("\(role.rawValue),")
        }
        if let silhouette = mean(silhouettes.map(\.value)) { notes.append(note(ofSilhouette: silhouette)) }
        return notes
    }

    static func note(ofSilhouette silhouette: Double) -> String {
        // + 0, since −0 is 0 too.
        let rounded = (silhouette * 100).rounded() / 100 + 0
        return String(format: "Silhouette %.2f", locale: nil, rounded).replacing("-", with: "−")
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no point, one is not a number, or there are more groups than shapes or
    ///   colours to tell them apart.
    public func figure() throws -> Figure {
        let points = panels.flatMap(\.points)
        guard !points.isEmpty else { throw FigureError.nothingToDraw("the map has no points") }
        if let bad = points.first(where: { !$0.x.isFinite || !$0.y.isFinite }) {
            throw FigureError.invalidValue(
                "patient \(bad.patient + 1) has no place in the map: its \(bad.modality) coordinates are "
                    + "\(bad.x), \(bad.y)")
        }
        if let coloring, case .numbers(let values) = coloring.values, !values.contains(where: \.isFinite) {
            throw FigureError.nothingToDraw("\(coloring.name) is known of no patient")
        }
        if groups.count > Self.shapes.count {
            throw FigureError.tooManyGroups(groups.count, most: Self.shapes.count, by: "shape")
        }
        if let coloring, case .groups(_, let order) = coloring.values, order.count > 2 * Color.palette.count {
            throw FigureError.tooManyGroups(order.count, most: 2 * Color.palette.count, by: "colour")
        }
        let page = width.rawValue
        let gap = 3.0
        let side = (page - 2 * Theme.margin - gap * Double(panels.count - 1)) / Double(panels.count)
        let rows = coloring.map { [nil, Optional.some($0)] } ?? [nil]
        let legends = rows.map { legend($0, width: page - 2 * Theme.margin) }
        let base = Theme.margin + Figure.captionHeight(caption, width: page) + 1
        // Rows from the bottom: a panel, its title, its legend.
        let headings = legends.map { 5.5 + $0.height }
        let height = headings.reduce(0, +) + side * Double(rows.count) + 3 * Double(rows.count - 1)
        var figure = Figure(
            width: page, height: base + height + Figure.titleHeight(title, width: page) + Theme.margin, title: title,
            caption: caption)
        var (top, bars) = (base + height, [Figures.Panel]())
        for (row, (coloring, legend)) in zip(rows, legends).enumerated() {
            let floor = top - headings[row] - side
            for (index, panel) in panels.enumerated() {
                let left = Theme.margin + Double(index) * (side + gap)
                figure.panels.append(
                    laidOut(panel, coloring, area: Rectangle(x: left, y: floor, width: side, height: side)))
                if rows.count * panels.count > 1 {
                    figure.labels.append(
                        Label(
                            Figure.letter(row * panels.count + index), at: .page(x: left, y: floor + side + 2.4),
                            size: Theme.letterText, style: .bold))
                }
            }
            figure.panels[row * panels.count].legend = legend.legend.raised(by: top)
            if let bar = legend.bar { bars.append(bar.panel(x: Theme.margin, top: top)) }
            top = floor - 3
        }
        figure.panels += bars
        figure.placeTitleAndCaption()
        return figure
    }

    // MARK: Modalities and groups

    private func distinct(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        return values.filter { seen.insert($0).inserted }
    }

    private var modalities: [String] { distinct(panels.flatMap { $0.points.map(\.modality) }) }

    /// Those that a point has, in the order of their shapes.
    private var groups: [String] {
        let present = Set(panels.flatMap { $0.points.compactMap(\.group) })
        return groupNames?.filter(present.contains) ?? present.sorted()
    }

    private static let shapes: [Series.Shape] = [
        .circle, .triangle, .square, .diamond, .openCircle, .openTriangle, .openSquare,
    ]

    private static let unknown = "not known"
    private static let unknownShape = Series.Shape.openDiamond

    private var entries: [Legend.Entry] {
        var entries = modalities.enumerated().map { index, modality in
            Legend.Entry(modality, color: .group(index), sample: .marker(.circle))
        }
        entries += zip(groups, Self.shapes).map { Legend.Entry($0, color: .gray, sample: .marker($1)) }
        if !groups.isEmpty, panels.contains(where: { $0.points.contains { $0.group == nil } }) {
            entries.append(Legend.Entry(Self.unknown, color: .gray, sample: .marker(Self.unknownShape)))
        }
        return entries
    }

    /// What the colours of a row of panels mean, its upper edge at 0.
    private func legend(_ coloring: Coloring?, width: Double) -> (legend: Legend, bar: ColorBar?, height: Double) {
        guard let coloring else {
            let rows = Legend.rows(entries, x: Theme.margin, width: width)
            return (rows.legend, nil, rows.height)
        }
        switch coloring.values {
        case .groups(let labels, let order):
            var entries = order.enumerated().map { index, group in
                Legend.Entry(group, color: .group(index), sample: .marker(.group(index)))
            }
            if labels.contains(nil) {
                entries.append(Legend.Entry(Self.unknown, color: .lightGray, sample: .marker(.circle)))
            }
            let rows = Legend.rows(entries, x: Theme.margin, width: width)
            return (rows.legend, nil, rows.height)
        case .numbers(let values):
            let unknown =
                values.contains(where: \.isNaN)
                ? Legend.Entry(Self.unknown, color: .lightGray, sample: .marker(.circle)) : nil
            let bar = ColorBar(
                scale: Self.scale(values), title: coloring.name, values: values,
                room: width - (unknown.map { 2 + Legend.width($0) } ?? 0))
            let placed = unknown.map {
                Legend.Placed(entry: $0, x: Theme.margin + bar.width + 2, y: -bar.headroom - 1)
            }
            return (Legend(entries: placed.map { [$0] } ?? []), bar, bar.height)
        }
    }

    /// From the lowest to the highest value; of skewed values the middle 98%, so that a few do not wash out the rest.
    private static func scale(_ values: [Double]) -> ColorScale {
        let sorted = values.filter(\.isFinite).sorted()
        let tail = sorted.count / 100
        return .sequential(sorted[tail]...sorted[sorted.count - 1 - tail])
    }

    // MARK: A panel

    private func laidOut(_ panel: Panel, _ coloring: Coloring?, area: Rectangle) -> Figures.Panel {
        let (xs, ys) = (panel.points.map(\.x), panel.points.map(\.y))
        let middle = (x: Self.middle(xs), y: Self.middle(ys))
        let span = max(Self.extent(xs), Self.extent(ys))
        // In millimetres: about a quarter of the panel's area if no two points overlapped, within what can be seen.
        let diameter = min(max(0.5 * area.width / max(sqrt(Double(panel.points.count)), 1), 0.3), 1.05)
        var notes = panel.notes
        if span == 0, panel.points.count > 1 { notes.append("All \(panel.points.count) points lie at one place") }
        var laidOut = Figures.Panel(
            area: area, x: Axis(range: 0...1), y: Axis(range: 0...1), frame: .box, title: panel.title)
        laidOut.notes = coloring == nil ? notes : []
        // Where no corner is free for the notes the points move closer together.
        for room in [0.54, 0.58, 0.63, 0.69, 0.76] {
            let half = span > 0 ? span * room : 1
            laidOut.x.range = (middle.x - half)...(middle.x + half)
            laidOut.y.range = (middle.y - half)...(middle.y + half)
            let unit = diameter * 2 * half / area.width
            let opacities = PointDensity.opacities(x: xs, y: ys, width: unit, height: unit)
            laidOut.series = series(panel, coloring, opacities, diameter: diameter)
            if place(notes, in: &laidOut) { break }
        }
        // The second row makes the same room, so that points stand where they stand in the first.
        if coloring != nil { laidOut.labels = [] }
        return laidOut
    }

    private func series(
        _ panel: Panel, _ coloring: Coloring?, _ opacities: [Double], diameter: Double
    ) -> [Series] {
        var series = panel.joinsPatients && coloring == nil ? [Self.pairs(panel.points)] : []
        // Patient by patient rather than modality by modality, so that no colour lies on top everywhere.
        let ordered = panel.points.indices.sorted { (panel.points[$0].patient, $0) < (panel.points[$1].patient, $1) }
        let (color, shape) = (colors(coloring), shapes(coloring))
        for part in parts(coloring) {
            let members = ordered.filter { shape(panel.points[$0]) == part.shape }
            guard !members.isEmpty else { continue }
            series.append(
                Series(
                    name: part.name, .points(shape: part.shape, size: diameter / 25.4 * 72), color: .gray,
                    columns: [members.map { panel.points[$0].x }, members.map { panel.points[$0].y }],
                    pointColors: members.map { color(panel.points[$0]) }, pointOpacities: members.map { opacities[$0] }
                ))
        }
        return series
    }

    /// The shapes in the order in which they are drawn, each with what its points are.
    private func parts(_ coloring: Coloring?) -> [(shape: Series.Shape, name: String?)] {
        guard let coloring else {
            guard !groups.isEmpty else { return [(.circle, nil)] }
            return zip(Self.shapes, groups).map { ($0, $1) } + [(Self.unknownShape, Self.unknown)]
        }
        return [.circle, .triangle].map { ($0, "points by \(coloring.name)") }
    }

    private func shapes(_ coloring: Coloring?) -> (Point) -> Series.Shape {
        switch coloring?.values {
        case nil:
            guard !groups.isEmpty else { return { _ in .circle } }
            let shapes = Dictionary(uniqueKeysWithValues: zip(groups, Self.shapes))
            return { $0.group.flatMap { shapes[$0] } ?? Self.unknownShape }
        case .groups(let labels, let order):
            let shapes = Dictionary(
                order.enumerated().map { ($0.element, Series.Shape.group($0.offset)) },
                uniquingKeysWith: { first, _ in first })
            return { point in labels[point.patient].flatMap { shapes[$0] } ?? .circle }
        case .numbers: return { _ in .circle }
        }
    }

    private func colors(_ coloring: Coloring?) -> (Point) -> Color {
        switch coloring?.values {
        case nil:
            let colors = Dictionary(
                uniqueKeysWithValues: modalities.enumerated().map { ($0.element, Color.group($0.offset)) })
            return { colors[$0.modality] ?? .gray }
        case .groups(let labels, let order):
            let colors = Dictionary(
                order.enumerated().map { ($0.element, Color.group($0.offset)) }, uniquingKeysWith: { first, _ in first }
            )
            return { point in labels[point.patient].flatMap { colors[$0] } ?? .lightGray }
        case .numbers(let values):
            let scale = Self.scale(values)
            return { scale.color(values[$0.patient]) }
        }
    }

    /// Writes notes where they hide no point.
    ///
    /// - Returns: whether there was room; without any the bottom left corner is taken.
    private func place(_ notes: [String], in panel: inout Figures.Panel) -> Bool {
        panel.labels = []
        guard !notes.isEmpty else { return true }
        let width = (notes.map { TextMetrics.width($0, size: Theme.smallText) }.max() ?? 0) * 1.03
        let height = Double(notes.count) * Theme.smallLineHeight
        let found = FreeSpace(of: panel).place(
            width: width, height: height, corners: [.bottomLeft, .bottomRight, .topLeft, .topRight], inset: 1)
        for (index, note) in notes.enumerated() {
            let y = panel.area.y + (found?.y ?? 1) + height - (Double(index) + 0.5) * Theme.smallLineHeight
            panel.labels.append(Label(note, at: .page(x: panel.area.x + (found?.x ?? 1), y: y), color: .gray))
        }
        return found != nil
    }

    private static func middle(_ values: [Double]) -> Double {
        ((values.min() ?? 0) + (values.max() ?? 0)) / 2
    }

    private static func extent(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }

    private static func pairs(_ points: [Point]) -> Series {
        let perPatient = Dictionary(grouping: points, by: \.patient).sorted { $0.key < $1.key }.map(\.value)
        let segments = perPatient.flatMap { own in zip(own, own.dropFirst()) }
        return Series(
            name: "modalities of one patient", .segments(width: 0.25, dash: .solid), color: .lightGray, opacity: 0.7,
            columns: [segments.map(\.0.x), segments.map(\.0.y), segments.map(\.1.x), segments.map(\.1.y)])
    }
}
