import Foundation
import Testing

@testable import Figures

@Suite struct CompositionTests {
    private func panels() throws -> [Figure] {
        let width = Composition.cellWidth(columns: 2, width: .doubleColumn)
        return [
            try KaplanMeierFigure(
                curves: SampleData.twoGroups, logRankP: 0.01, timeUnit: "months", width: width, table: .extended
            ).figure(),
            try ForestFigure(
                terms: [
                    .init(name: "age", hazardRatio: 1.2, lower: 0.9, upper: 1.8, p: 0.2),
                    .init(name: "stage", hazardRatio: 3, lower: 1.4, upper: 6, p: 1e-6),
                ], width: width
            ).figure(),
            try TrainingFigure(losses: [.init(name: "total", values: [3, 2, 1, 1])], width: width).figure(),
        ]
    }

    private func letters(_ figure: Figure) -> [String] { figure.labels.filter { $0.style == .bold }.map(\.text) }

    @Test func twoCellsFillThePage() {
        #expect(Composition.cellWidth(columns: 2, width: .doubleColumn) == .singleColumn)
        #expect(Composition.cellWidth(columns: 1, width: .doubleColumn) == .doubleColumn)
    }

    @Test func panelsAreLetteredAndKeepTheirData() throws {
        let own = try panels()
        let page = try Composition(rows: [[own[0], own[1]], [own[2]]]).figure()
        #expect(page.width == 183)
        #expect(letters(page) == ["a", "b", "c"])
        #expect(page.panels.map(\.series) == own.flatMap(\.panels).map(\.series))
        // One script holds all the data.
        let read = ScriptReader(GnuplotScript.render(page, output: "x.svg"))
        let single = own.flatMap { ScriptReader(GnuplotScript.render($0, output: "x.svg")).blocks }
        #expect(read.blocks.map(\.rows).filter { !$0.isEmpty } == single.map(\.rows).filter { !$0.isEmpty })
    }

    @Test func plottingAreasOfARowAreLevelAndNothingOverlaps() throws {
        let own = try panels()
        let page = try Composition(rows: [[own[0], own[1]], [own[2]]], title: "A page", caption: "Its caption").figure()
        let level = try Composition(rows: [[own[0], own[2]]]).figure()
        #expect(abs(level.panels[0].area.top - level.panels[1].area.top) < 1e-9)
        // Named rows begin at the top, whatever stands over the axes beside them.
        #expect(page.panels[1].area.top <= page.height)
        #expect(page.panels[0].area.right < page.panels[1].area.x)
        #expect(page.panels[2].area.top < page.panels[0].area.y)
        for panel in page.panels {
            #expect(panel.area.x > 0 && panel.area.y > 0)
            #expect(panel.area.right < page.width && panel.area.top < page.height)
            for label in panel.labels + panel.placedTitles {
                if case .page(let x, let y) = label.anchor { #expect(x >= 0 && y > 0 && y < page.height) }
                // The table of the upper panel stays above the lower one.
                if case .column(_, let y) = label.anchor { #expect(y < panel.area.y) }
            }
        }
        let table = page.panels[0].labels.compactMap { label -> Double? in
            if case .column(_, let y) = label.anchor { y } else { nil }
        }
        #expect((table.min() ?? 0) > page.panels[2].area.top)
    }

    @Test func aMapGivesItsLettersUpForThePages() throws {
        let map = try EmbeddingFigure(
            SampleData.map(patients: 20), width: Composition.cellWidth(columns: 1, width: .doubleColumn)
        ).figure()
        #expect(letters(map) == ["a", "b"])
        let own = try panels()
        let page = try Composition(rows: [[own[0], own[1]], [map]]).figure()
        #expect(letters(page) == ["a", "b", "c", "d"])
        #expect(page.description.contains("a: ") && page.description.contains("c, d: "))
    }

    @Test func whatDoesNotFitIsAnError() throws {
        let wide = try KaplanMeierFigure(curves: SampleData.twoGroups, width: .doubleColumn).figure()
        #expect(
            throws: FigureError.invalidValue(
                "2 panels of together 366 mm do not fit beside each other on a page of 183 mm")
        ) { try Composition(rows: [[wide, wide]]).figure() }
        #expect(throws: FigureError.self) { try Composition(rows: []).figure() }
        #expect(throws: FigureError.self) { try Composition(rows: [[wide], []]).figure() }
    }

    @Test func lettersGoOnAfterZ() {
        #expect([0, 25, 26, 27, 51, 52].map(Figure.letter) == ["a", "z", "aa", "ab", "az", "ba"])
    }
}
