import Foundation
import Projection
import Results

/// Patients in the plane, a square panel for each role of the embeddings, shared and specific side by side.
///
/// Colour is the modality and, where groups are given, shape is the patient's group. The axes of t-SNE have no meaning,
/// so they are not drawn; both directions have one scale.
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

        public init(title: String, points: [Point], joinsPatients: Bool = false) {
            self.title = title
            self.points = points
            self.joinsPatients = joinsPatients
        }
    }

    public var panels: [Panel]
    public var title: String?
    public var caption: String?
    public var width: Figure.Width

    public init(panels: [Panel], title: String? = nil, caption: String? = nil, width: Figure.Width = .singleColumn) {
        self.panels = panels
        self.title = title
        self.caption = caption
        self.width = width
    }

    /// The figure of a t-SNE map; its caption tells how the map was made.
    ///
    /// - Parameter groups: each patient's group for the shapes, nil where it is not known.
    /// - Parameter joinsPatients: whether lines join a patient's modalities in the shared panel.
    public init(
        _ map: EmbeddingMap, groups: [String?]? = nil, joinsPatients: Bool = false, title: String? = nil,
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
                joinsPatients: joinsPatients && panel.role == .shared)
        }
        let divergences = ordered.map {
            String(format: "%.2f (%@)", locale: nil, $0.klDivergence, $0.role.rawValue as NSString)
        }
        let patients = Set(map.panels.flatMap { $0.points.map(\.patient) }).count
        caption =
            "t-SNE, n = \(patients), perplexity \(GnuplotText.number(map.perplexity)), seed \(map.seed), "
            + "KL divergence \(divergences.joined(separator: ", "))"
        self.title = title
        self.width = width
    }

    /// Lays the figure out.
    ///
    /// - Throws: `FigureError` when there is no point, or one is not a number.
    public func figure() throws -> Figure {
        let points = panels.flatMap(\.points)
        guard !points.isEmpty else { throw FigureError.nothingToDraw("the map has no points") }
        if let bad = points.first(where: { !$0.x.isFinite || !$0.y.isFinite }) {
            throw FigureError.invalidValue(
                "patient \(bad.patient + 1) has no place in the map: its \(bad.modality) coordinates are "
                    + "\(bad.x), \(bad.y)")
        }
        let page = width.rawValue
        let gap = 3.0
        let side = (page - 2 * Theme.margin - gap * Double(panels.count - 1)) / Double(panels.count)
        let legend = Legend.rows(entries, x: Theme.margin, width: page - 2 * Theme.margin)
        let base = Theme.margin + Figure.captionHeight(caption, width: page) + 1
        let legendTop = base + side + 5.5 + legend.height
        var figure = Figure(
            width: page, height: legendTop + Figure.titleHeight(title, width: page) + Theme.margin, title: title,
            caption: caption)
        for (index, panel) in panels.enumerated() {
            let left = Theme.margin + Double(index) * (side + gap)
            figure.panels.append(
                laidOut(panel, area: Rectangle(x: left, y: base, width: side, height: side)))
            if panels.count > 1 {
                figure.labels.append(
                    Label(
                        Figure.letter(index), at: .page(x: left, y: base + side + 2.4), size: Theme.letterText,
                        style: .bold))
            }
        }
        figure.panels[0].legend = legend.legend.raised(by: legendTop)
        figure.placeTitleAndCaption()
        return figure
    }

    // MARK: Modalities and groups

    private func distinct(_ values: [String]) -> [String] {
        var seen: Set<String> = []
        return values.filter { seen.insert($0).inserted }
    }

    private var modalities: [String] { distinct(panels.flatMap { $0.points.map(\.modality) }) }

    /// In the order of the alphabet; empty when no point has a group.
    private var groups: [String] { distinct(panels.flatMap { $0.points.compactMap(\.group) }).sorted() }

    private func shape(_ group: String?) -> Series.Shape {
        guard !groups.isEmpty else { return .circle }
        let shapes: [Series.Shape] = [
            .circle, .triangle, .square, .diamond, .openCircle, .openTriangle, .openSquare,
        ]
        return group.flatMap { groups.firstIndex(of: $0) }.map { shapes[$0 % shapes.count] } ?? .openDiamond
    }

    private static let unknown = "not known"

    private var entries: [Legend.Entry] {
        var entries = modalities.enumerated().map { index, modality in
            Legend.Entry(modality, color: .group(index), sample: .marker(.circle))
        }
        entries += groups.map { Legend.Entry($0, color: .gray, sample: .marker(shape($0))) }
        if !groups.isEmpty, panels.contains(where: { $0.points.contains { $0.group == nil } }) {
            entries.append(Legend.Entry(Self.unknown, color: .gray, sample: .marker(shape(nil))))
        }
        return entries
    }

    // MARK: A panel

    private func laidOut(_ panel: Panel, area: Rectangle) -> Figures.Panel {
        let (xs, ys) = (panel.points.map(\.x), panel.points.map(\.y))
        let middle = (x: Self.middle(xs), y: Self.middle(ys))
        let span = max(Self.extent(xs), Self.extent(ys))
        let half = span > 0 ? span * 0.54 : 1
        var laidOut = Figures.Panel(
            area: area, x: Axis(range: (middle.x - half)...(middle.x + half)),
            y: Axis(range: (middle.y - half)...(middle.y + half)), frame: .box, title: panel.title)
        // In millimetres: about a quarter of the panel's area if no two points overlapped, within what can be seen.
        let diameter = min(max(0.5 * area.width / max(sqrt(Double(panel.points.count)), 1), 0.4), 1.05)
        let opacity = Self.opacity(panel.points, diameter: diameter * 2 * half / area.width)
        if panel.joinsPatients { laidOut.series.append(Self.pairs(panel.points)) }
        // Patient by patient rather than modality by modality, so that no colour lies on top everywhere.
        let ordered = panel.points.enumerated()
            .sorted { ($0.element.patient, $0.offset) < ($1.element.patient, $1.offset) }.map(\.element)
        let colors = Dictionary(
            uniqueKeysWithValues: modalities.enumerated().map { ($0.element, Color.group($0.offset)) })
        for group in groups.isEmpty ? [nil] : groups.map(Optional.some) + [nil] {
            let members = ordered.filter { $0.group == group }
            guard !members.isEmpty else { continue }
            laidOut.series.append(
                Series(
                    name: groups.isEmpty ? nil : group ?? Self.unknown,
                    .points(shape: shape(group), size: diameter / 25.4 * 72), color: .gray, opacity: opacity,
                    columns: [members.map(\.x), members.map(\.y)],
                    pointColors: members.map { colors[$0.modality] ?? .gray }))
        }
        return laidOut
    }

    private static func middle(_ values: [Double]) -> Double {
        ((values.min() ?? 0) + (values.max() ?? 0)) / 2
    }

    private static func extent(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }

    /// The more points share a marker's place on average, the more each lets through.
    private static func opacity(_ points: [Point], diameter: Double) -> Double {
        guard diameter > 0, !points.isEmpty else { return 0.9 }
        var counts: [SIMD2<Double>: Int] = [:]
        for point in points {
            counts[SIMD2((point.x / diameter).rounded(.down), (point.y / diameter).rounded(.down)), default: 0] += 1
        }
        let crowd = Double(counts.values.reduce(0) { $0 + $1 * $1 }) / Double(points.count)
        return min(max(1 / sqrt(crowd), 0.35), 0.9)
    }

    private static func pairs(_ points: [Point]) -> Series {
        let perPatient = Dictionary(grouping: points, by: \.patient).sorted { $0.key < $1.key }.map(\.value)
        let segments = perPatient.flatMap { own in zip(own, own.dropFirst()) }
        return Series(
            name: "modalities of one patient", .segments(width: 0.25, dash: .solid), color: .lightGray, opacity: 0.7,
            columns: [segments.map(\.0.x), segments.map(\.0.y), segments.map(\.1.x), segments.map(\.1.y)])
    }
}
