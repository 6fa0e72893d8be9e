import Foundation
import SurvivalStatistics
import Testing

@testable import Figures

/// Embeddings, forests, comparisons and training curves: what is drawn is what was given.
@Suite struct FigureKindsTests {
    private func read(_ figure: Figure) -> ScriptReader {
        ScriptReader(GnuplotScript.render(figure, output: "x.svg"))
    }

    @Test func everyPointOfAMapIsDrawnInItsModalitysColour() throws {
        let map = SampleData.map(patients: 50)
        let read = read(try EmbeddingFigure(map).figure())
        let blocks = read.blocks("points")
        #expect(blocks.count == 2)
        for (block, panel) in zip(blocks, map.panels) {
            #expect(block.header == ["x", "y", "color"])
            let drawn = block.rows.map { [$0[0], $0[1], Double(Int($0[2]) & 0xFFFFFF)] }
            let wanted = panel.points.map { [$0.x, $0.y, $0.modality == "histology" ? 0x0072B2 : 0xD55E00] }
            #expect(Set(drawn) == Set(wanted))
            #expect(drawn.count == wanted.count)
        }
    }

    @Test func panelsOfAMapAreSquareWithOneScale() throws {
        for width in [Figure.Width.singleColumn, .doubleColumn] {
            let figure = try EmbeddingFigure(SampleData.map(patients: 50), width: width).figure()
            #expect(figure.panels.map(\.title) == ["Shared", "Modality-specific"])
            #expect(figure.panels[0].area.right < figure.panels[1].area.x)
            for panel in figure.panels {
                #expect(abs(panel.area.width - panel.area.height) < 1e-9)
                let spans = [panel.x.range, panel.y.range].map { $0.upperBound - $0.lowerBound }
                #expect(abs(spans[0] - spans[1]) <= 1e-9 * spans[0])
                #expect(panel.area.right <= figure.width && panel.area.x >= 0)
            }
        }
    }

    @Test func groupsHaveShapesAndPatientsCanBeJoined() throws {
        let map = SampleData.map(patients: 30)
        let groups: [String?] = (0..<30).map { $0 == 0 ? nil : $0 < 15 ? "low" : "high" }
        let figure = try EmbeddingFigure(map, groups: groups, joinsPatients: true).figure()
        #expect(
            figure.panels[0].legend?.entries.map(\.entry.text) == ["histology", "genomics", "high", "low", "not known"])
        let read = read(figure)
        #expect(read.blocks("points").map(\.rows.count) == [30, 28, 2, 30, 28, 2])
        let pairs = try #require(read.block(titled: "modalities of one patient"))
        let points = Dictionary(grouping: map.panels[0].points, by: \.patient)
        #expect(pairs.rows == (0..<30).map { patient in points[patient]!.flatMap { [$0.x, $0.y] } })
    }

    /// Groups keep the order that they have in every other figure, and each its own shape.
    @Test func groupsOfAMapKeepTheirOrder() throws {
        let map = SampleData.map(patients: 36)
        let names = ["1", "2", "10", "11"]
        let figure = try EmbeddingFigure(map, groups: (0..<36).map { names[$0 % 4] }, groupNames: names).figure()
        let entries = figure.panels[0].legend?.entries.map(\.entry) ?? []
        #expect(entries.map(\.text) == ["histology", "genomics"] + names)
        // More groups than shapes cannot be told apart, since colour is the modality.
        let many = (0..<36).map { "g\($0 % 8)" }
        let error = #expect(throws: FigureError.self) { try EmbeddingFigure(map, groups: many).figure() }
        #expect(error == .tooManyGroups(8, most: 7, by: "shape"))
        #expect(
            error?.errorDescription == "8 groups are too many for a map: by shape 7 can be told apart"
                && error?.recoverySuggestion?.contains("color=") == true)
    }

    /// Where the palette begins again points have another shape, in the map as in its legend.
    @Test func coloursOfAMapBeginAgainWithAnotherShape() throws {
        let map = SampleData.map(patients: 36)
        let names = (0..<12).map { "g\($0)" }
        let labels = (0..<36).map { Optional(names[$0 % 12]) }
        let figure = try EmbeddingFigure(map, coloring: .init(name: "g", values: .groups(labels, order: names)))
            .figure()
        let entries = figure.panels[2].legend?.entries.map(\.entry) ?? []
        #expect(entries.map(\.text) == names)
        for (index, entry) in entries.enumerated() {
            #expect(!entries[..<index].contains { $0.color == entry.color && $0.sample == entry.sample })
        }
        #expect(figure.panels[2].series.map(\.count) == [48, 24])
        #expect(figure.panels[2].series.map(\.mark.shape) == [.circle, .triangle])
        let letters = try figure.drawInTerminal(width: 120).split(separator: "\n").prefix(3).joined(separator: " ")
            .matches(of: /(\S) g\d+/).map(\.1)
        #expect(letters.count == 12 && Set(letters).count == 12, "\(letters)")
        let error = #expect(throws: FigureError.self) {
            let most = (0..<36).map { "g\($0 % 17)" }
            return try EmbeddingFigure(
                map, coloring: .init(name: "g", values: .groups(most, order: (0..<17).map { "g\($0)" }))
            ).figure()
        }
        #expect(error == .tooManyGroups(17, most: 16, by: "colour"))
    }

    @Test func aCaptionTellsHowTheMapWasMade() throws {
        let caption = try #require(try EmbeddingFigure(SampleData.map(patients: 50)).figure().caption)
        #expect(caption == "t-SNE, n = 50, perplexity 30, seed 1, KL divergence 0.83 (shared), 0.61 (specific)")
    }

    @Test func aMapWithoutPlacesIsAnError() {
        #expect(throws: FigureError.nothingToDraw("the map has no points")) {
            try EmbeddingFigure(panels: []).figure()
        }
        #expect(throws: FigureError.self) {
            try EmbeddingFigure(panels: [
                .init(title: "x", points: [.init(patient: 0, modality: "a", x: .nan, y: 0)])
            ]).figure()
        }
    }

    @Test func aForestShowsItsTermsFromTheTop() throws {
        let terms = [
            ForestFigure.Term(name: "age", hazardRatio: 1.03, lower: 1.01, upper: 1.05, p: 0.0041),
            ForestFigure.Term(name: "stage", hazardRatio: 3.4, lower: 2.1, upper: 5.6, p: 1e-7),
            ForestFigure.Term(name: "rare", hazardRatio: 8, lower: 0.4, upper: 1600, p: 0.31),
        ]
        let figure = try ForestFigure(terms: terms).figure()
        let read = read(figure)
        #expect(read.block(titled: "hazard ratios")?.rows == [[1.03, 3], [3.4, 2], [8, 1]])
        let intervals = try #require(read.block(titled: "confidence intervals")?.rows)
        #expect(intervals[0] == [1.01, 3, 1.05, 3])
        #expect(intervals[1] == [2.1, 2, 5.6, 2])
        // The last one leaves the axis: it ends there, in an arrowhead, and the text has the number.
        let end = figure.panels[0].x.range.upperBound
        #expect(intervals[2] == [0.4, 1, end, 1])
        #expect(end < 1600)
        #expect(read.block(titled: "intervals that go on")?.rows.map { $0[0] } == [end, end])
        #expect(figure.panels[0].y.ticks.map(\.label) == ["age", "stage", "rare"])
        #expect(figure.panels[0].y.ticks.map(\.position) == [3, 2, 1])
        #expect(
            figure.panels[0].sideColumns.map(\.cells) == [
                ["1.03 (1.01–1.05)", "3.40 (2.10–5.60)", "8.00 (0.40–1600)"], ["0.0041", "< 0.0001", "0.31"],
            ])
    }

    /// A covariate that separates the patients does not squeeze the others together.
    @Test func aForestKeepsItsScaleBesideAnInfiniteCoefficient() throws {
        let figure = try ForestFigure(terms: [
            .init(name: "age", hazardRatio: 1.5, lower: 1.2, upper: 1.9, p: 0.004),
            .init(name: "never", hazardRatio: 3e-9, lower: 0, upper: .infinity, p: 0.99),
            .init(name: "always", hazardRatio: 2e9, lower: 1e6, upper: 4e12, p: 0.99),
        ]).figure()
        let read = read(figure)
        let (low, high) = (figure.panels[0].x.range.lowerBound, figure.panels[0].x.range.upperBound)
        #expect(low > 0.01 && high < 100)
        #expect(read.block(titled: "hazard ratios")?.rows == [[1.5, 3]])
        #expect(
            read.block(titled: "confidence intervals")?.rows == [
                [1.2, 3, 1.9, 3], [low, 2, high, 2], [high, 1, high, 1],
            ])
        // Two strokes to an arrowhead: the second row goes on at either end, the third upwards.
        let heads = try #require(read.block(titled: "intervals that go on")?.rows)
        #expect(
            heads.map { [$0[0], $0[1]] } == [[low, 2], [high, 2], [low, 2], [high, 2], [high, 1], [high, 1]])
    }

    @Test func aComparisonShowsFoldsMeanAndSpread() throws {
        let figure = try ComparisonFigure(models: [
            .init(name: "tta", folds: [0.7, 0.66, .nan], mean: 0.68, standardDeviation: 0.02),
            .init(name: "cox", folds: [0.6, 0.58], mean: 0.59, standardDeviation: 0.01),
        ]).figure()
        let read = read(figure)
        #expect(read.block(titled: "tta, folds")?.column(0) == [0.7, 0.66])
        #expect(read.block(titled: "cox, folds")?.column(0) == [0.6, 0.58])
        #expect(read.block(titled: "tta, mean")?.column(0) == [0.68])
        let spread = try #require(read.block(titled: "tta, mean ± standard deviation")?.rows.first)
        #expect(abs(spread[0] - 0.66) < 1e-12 && abs(spread[2] - 0.70) < 1e-12)
        #expect(figure.panels[0].sideColumns[0].cells == ["0.680 ± 0.020", "0.590 ± 0.010"])
        #expect(figure.panels[0].sideColumns[0].title == "Mean ± s.d.")
    }

    @Test func aComparisonWithoutFoldsShowsStandardErrors() throws {
        let figure = try ComparisonFigure(models: [
            .init(name: "cox", folds: [], mean: 0.61, standardDeviation: 0.04)
        ]).figure()
        #expect(figure.panels[0].sideColumns[0].title == "Value ± s.e.")
        #expect(figure.panels[0].sideColumns[0].cells == ["0.610 ± 0.040"])
    }

    @Test func lossesAreDrawnByEpochWithGapsWhereTheyAreNaN() throws {
        let figure = try TrainingFigure(losses: [
            .init(name: "total", values: [3, 2, .nan, 1]), .init(name: "survival", values: [1, 0.5, 0.4, 0.3]),
        ]).figure()
        let script = GnuplotScript.render(figure, output: "x.svg")
        #expect(ScriptReader(script).block(titled: "total")?.rows == [[1, 3], [2, 2], [4, 1]])
        #expect(script.contains("2 2\n\n4 1\n"))
        #expect(throws: FigureError.self) { try TrainingFigure(losses: [.init(name: "x", values: [.nan])]).figure() }
    }

    @Test func ticksAreRound() {
        #expect(Ticks.linear(0...1, count: 5).map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Ticks.linear(0...1, count: 5).map(\.position) == [0, 0.2, 0.4, 0.6, 0.8, 1])
        #expect(Ticks.linear(-20...20, count: 4).map(\.label) == ["−20", "−10", "0", "10", "20"])
        #expect(Ticks.time(upTo: 130, unit: "months", count: 7).map(\.position) == [0, 24, 48, 72, 96, 120])
        #expect(Ticks.time(upTo: 4.5, unit: "years", count: 7).map(\.position) == [0, 1, 2, 3, 4])
        #expect(Ticks.time(upTo: 1022, unit: "days", count: 7).map(\.position) == [0, 200, 400, 600, 800, 1000])
        #expect(Ticks.logarithmic(0.4...6, count: 6).map(\.label) == ["0.5", "1", "2", "5"])
        #expect(Ticks.logarithmic(0.001...1000, count: 7).count == 7)
        // Within less than a power of ten one value would not show the scale.
        #expect(
            Ticks.logarithmic(0.85...1.15, count: 6).map(\.label) == [
                "0.85", "0.90", "0.95", "1.00", "1.05", "1.10", "1.15",
            ])
        // Numbers that differ read differently.
        #expect(
            Ticks.linear(20_190_000...20_192_000, count: 4).map(\.label) == [
                "20190000", "20190500", "20191000", "20191500", "20192000",
            ])
        #expect(Ticks.linear(0...4e7, count: 4).map(\.label) == ["0", "1e7", "2e7", "3e7", "4e7"])
        #expect(Ticks.linear(1...2, count: 4).count > 2)
        #expect(Ticks.linear(1...2, count: 4, whole: true).map(\.label) == ["1", "2"])
    }

    @Test func darkenedColoursCanBeRead() {
        for color in Color.palette {
            #expect(1.05 / (color.forText.luminance + 0.05) >= 4.5)
        }
        #expect(Color.black.forText == .black)
    }

    /// A plot that columns leave no room for is refused rather than drawn from right to left.
    @Test func rowsNeedRoom() throws {
        func layout(_ name: String, cell: String) -> RowLayout {
            RowLayout(
                names: [name], colors: [.black], columns: [Panel.SideColumn(title: "HR", cells: [cell])],
                width: .singleColumn)
        }
        let axis = Axis(range: 0...1, ticks: [])
        let narrow = try layout(String(repeating: "long name ", count: 20), cell: "0.53 (0.31–0.91)").figure(x: axis)
        #expect(narrow.panels[0].area.width >= 18)
        #expect(throws: FigureError.self) {
            try layout("x", cell: String(repeating: "0.53 (0.31–0.91)", count: 4)).figure(x: axis)
        }
    }

    /// Where the palette begins again points have another shape, and lines are dashed.
    @Test func groupsBeyondThePalette() throws {
        let groups = (0..<10).map { ScatterFigure.Group(name: "g\($0)", x: [Double($0), 1], y: [1, 2]) }
        let figure = try ScatterFigure(groups: groups, xTitle: "x", yTitle: "y").figure()
        #expect(figure.panels[0].series.map(\.count) == [16, 4])
        #expect(figure.panels[0].series[0].mark != figure.panels[0].series[1].mark)
        let bins = HistogramBins((0...9).map(Double.init), count: 3)
        let histogram = try HistogramFigure(
            bins: bins, groups: (0..<10).map { .init(name: "g\($0)", counts: bins.counts([Double($0), 5])) },
            xTitle: "x"
        ).figure()
        let dashes = [Series.Dash](repeating: .solid, count: 8) + [.dashed, .dashed]
        #expect(histogram.panels[0].legend?.entries.map(\.entry.sample) == dashes.map { .line($0) })
        let outlines = histogram.panels[0].series.filter { $0.name?.hasSuffix("outline") == true }
        #expect(outlines.map(\.mark) == dashes.map { .line(width: 0.6, dash: $0) })
        let losses = try TrainingFigure(losses: (0..<10).map { .init(name: "fold \($0)", values: [3, 2]) }).figure()
        #expect(losses.panels[0].legend?.entries.map(\.entry.sample) == dashes.map { .line($0) })
        #expect(losses.panels[0].series.map(\.mark) == dashes.map { .line(width: Theme.curveWidth, dash: $0) })
    }

    /// A title longer than its axis does not leave the page.
    @Test func longAxisTitlesAreCut() throws {
        let title = String(repeating: "a very long name ", count: 12)
        let figure = try ScatterFigure(
            groups: [ScatterFigure.Group(name: nil, x: [0, 1], y: [1, 2])], xTitle: title, yTitle: title
        ).figure()
        let area = figure.panels[0].area
        let titles = figure.panels[0].placedTitles.filter { $0.text.hasPrefix("a very") }
        #expect(titles.count == 2)
        for label in titles {
            #expect(TextMetrics.width(label.text, size: Theme.text) <= max(area.width, area.height) + 6.01)
            #expect(label.text.hasSuffix("…"))
        }
    }
}

extension Series.Mark {
    /// Of points.
    fileprivate var shape: Series.Shape? {
        if case .points(let shape, _) = self { shape } else { nil }
    }
}
