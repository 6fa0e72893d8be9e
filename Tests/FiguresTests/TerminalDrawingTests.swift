import Foundation
import Results
import SurvivalStatistics
import Testing

@testable import Figures

@Suite struct TerminalDrawingTests {
    private func plain(_ text: String) -> [String] {
        text.replacing(/\u{1B}\[[\d;]*m/, with: "").split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test(arguments: [40, 60, 80, 120]) func linesFitTheTerminal(width: Int) throws {
        let map = SampleData.map(patients: 80)
        let groups = (0..<80).map { Optional($0 % 2 == 0 ? "高风险 group with a long name" : "low") }
        let figures = [
            try KaplanMeierFigure(
                curves: SampleData.threeGroups, logRankP: 0.01, hazardRatio: "HR 2.8 (95% CI 1.9–4.1)",
                timeUnit: "months", survivalTitle: "Disease-specific survival", title: "A title"
            ).figure(),
            try EmbeddingFigure(map, groups: groups, joinsPatients: true).figure(),
            try ForestFigure(terms: [
                .init(name: "a term with a long name", hazardRatio: 2, lower: 1, upper: 900, p: 0.01)
            ]).figure(),
            try TrainingFigure(losses: [.init(name: "a", values: [3, 2, 1]), .init(name: "b", values: [1, 1, 1])])
                .figure(),
        ]
        for figure in figures {
            let lines = plain(try figure.drawInTerminal(width: width))
            #expect(lines.filter { TextMetrics.columns($0) > width } == [])
            let colored = try figure.drawInTerminal(width: width, usesColor: true)
            #expect(colored.contains("\u{1B}[38;5;"))
            #expect(plain(colored).allSatisfy { TextMetrics.columns($0) <= width })
            #expect(try !figure.drawInTerminal(width: width).contains("\u{1B}"))
        }
    }

    /// What lies over one another is seen through: no group's bars hide another's, and no box its median.
    @Test func nothingHidesWhatLiesUnderIt() throws {
        let bins = HistogramBins((0...40).map(Double.init), count: 4)
        let small = [4, 0, 0, 0], large = [9, 9, 9, 9]
        let groups = [small, large].enumerated().map { HistogramFigure.Group(name: "g\($0)", counts: $1) }
        let histogram = try HistogramFigure(bins: bins, groups: groups, xTitle: "x").figure()
        let colored = try histogram.drawInTerminal(usesColor: true)
        let lines = plain(colored)
        #expect(!lines.contains { $0.contains("█") })
        // The top of the smaller group's bar, inside the larger one's.
        let codes = Set(colored.matches(of: /\u{1B}\[38;5;(\d+)m/).map(\.1))
        #expect(codes.count == 2)
        for code in codes { #expect(colored.split(separator: "\n").count { $0.contains("38;5;\(code)m") } > 3) }
        let box = try BoxFigure(
            panels: [.init(categories: [.init(name: "a", boxes: [.init(values: (0..<400).map(Double.init))])])],
            yTitle: "y"
        ).figure()
        #expect(!plain(try box.drawInTerminal()).contains { $0.contains("█") })
    }

    /// Without colours values below 0 have other signs, and a line says which.
    @Test func aHeatMapHasASign() throws {
        let figure = try HeatMapFigure(
            values: Matrix(rows: 2, columns: 1, values: [1, -1]), rowNames: ["up", "down"], columnNames: ["c"],
            scale: .diverging(limit: 1), valueName: "z"
        ).figure()
        #expect(
            plain(try figure.drawInTerminal()) == ["z  −1 #=-.░▒▓█ 1", "up   ████████", "down ########", "         c"])
        #expect(plain(try figure.drawInTerminal(usesColor: true))[0] == "z  −1 ████████ 1")
    }

    @Test func aSurvivalCurveFillsAScreenAndNoMore() throws {
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups, logRankP: 0.01, timeUnit: "months").figure()
        let lines = plain(try figure.drawInTerminal())
        #expect(lines.count == 24)
        #expect(lines[0].hasSuffix("High risk"))
        #expect(lines[1].hasPrefix("Survival probability") && lines[1].hasSuffix("Log-rank p = 0.010"))
        #expect(lines[2].contains("1.00 ┤"))
        #expect(lines.last?.hasPrefix("High risk") == true)
    }

    @Test func theTableStandsUnderTheTicks() throws {
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups, timeUnit: "months").figure()
        let lines = plain(try figure.drawInTerminal())
        let axis = try #require(lines.firstIndex { $0.contains("├─") })
        let marks = lines[axis].enumerated().filter { "├┬".contains($0.element) }.map(\.offset)
        #expect(marks.count == 6)
        // Each number, of up to three digits, covers the column of its tick mark or the one beside it.
        for line in [lines[axis + 1], lines[lines.count - 2], lines[lines.count - 1]] {
            let numbers = line.matches(of: /\d+/).map { match in
                (
                    line.distance(from: line.startIndex, to: match.range.lowerBound),
                    line.distance(from: line.startIndex, to: match.range.upperBound)
                )
            }
            #expect(numbers.count == 6)
            for (mark, number) in zip(marks, numbers) { #expect(number.0 - 1 <= mark && mark <= number.1) }
        }
    }

    @Test func theCurveIsWhereItsValueIs() throws {
        // Survival is 1 until the middle of the axis and 0.5 after: the dots must be in the top and middle rows.
        let curve = SampleData.curve(nil, time: [50, 100, 100], event: [true, false, false])
        var halved = curve
        halved.survival = [0.5, 0.5]
        halved.lower = [0.2, 0.2]
        halved.upper = [0.8, 0.8]
        halved.median = nil
        let lines = plain(try KaplanMeierFigure(curves: [halved]).figure().drawInTerminal())
        let canvas = lines.filter { $0.contains("┤") || $0.contains(" │") }.map { line in
            Array(line[line.firstIndex { "┤│".contains($0) }!...].dropFirst())
        }
        func dotted(_ row: Int) -> [Int] { canvas[row].indices.filter { canvas[row][$0] != " " } }
        let labels = lines.filter { $0.contains("┤") || $0.contains(" │") }
        let one = try #require(labels.firstIndex { $0.contains("1.00") })
        let half = try #require(labels.firstIndex { $0.contains("0.50") })
        let zero = try #require(labels.firstIndex { $0.contains("0.00") })
        let top = dotted(one)
        #expect(top.first == 0 && top.count > 20)
        #expect(dotted(zero).isEmpty)
        #expect((dotted(half).first ?? 0) >= (top.last ?? 0) - 1)
        #expect((dotted(half).last ?? 0) > 60)
    }

    @Test func sixelGraphicsAreAPicture() throws {
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        let picture = try figure.drawInTerminal(sixel: true)
        #expect(picture.hasPrefix("\u{1B}P"))
        #expect(picture.contains("\u{1B}\\"))
        #expect(picture.count > 10_000)
    }

    @Test func wideCharactersTakeTwoColumns() {
        #expect(TextMetrics.columns("高风险") == 6)
        #expect(TextMetrics.columns("🧬 a") == 4)
        #expect(TextMetrics.columns("e\u{301}") == 1)
        #expect(TextMetrics.cell("高风险", columns: 4) == "高… ")
        #expect(TextMetrics.cell("ab", columns: 4, alignment: .right) == "  ab")
    }
}
