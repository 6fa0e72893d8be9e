import Foundation
import SurvivalStatistics
import Testing

@testable import Figures

@Suite struct KaplanMeierFigureTests {
    private func script(_ figure: KaplanMeierFigure) throws -> ScriptReader {
        ScriptReader(GnuplotScript.render(try figure.figure(), output: "x.svg"))
    }

    @Test func everyNumberDrawnIsTheCurves() throws {
        let read = try script(KaplanMeierFigure(curves: SampleData.threeGroups, logRankP: 0.0032))
        for curve in SampleData.threeGroups {
            let name = try #require(curve.name)
            let steps = try #require(read.block(titled: name))
            #expect(steps.header == ["x", "y"])
            #expect(steps.column(0) == [0] + curve.time)
            #expect(steps.column(1) == [1] + curve.survival)

            // The band has two corners per step: the bounds so far, then the bounds from there on.
            let band = try #require(read.block(titled: name + ", confidence interval"))
            #expect(band.rows.count == 2 * curve.time.count + 1)
            for (index, time) in curve.time.enumerated() {
                #expect(band.rows[2 * index + 1][0] == time)
                #expect(band.rows[2 * index + 2] == [time, curve.lower[index], curve.upper[index]])
                let before = index == 0 ? [1, 1] : [curve.lower[index - 1], curve.upper[index - 1]]
                #expect(Array(band.rows[2 * index + 1].dropFirst()) == before)
            }

            let censored = curve.time.indices.filter { curve.censoredCount[$0] > 0 }
            let strokes = try #require(read.block(titled: name + ", censored"))
            #expect(strokes.rows == censored.map { [curve.time[$0], curve.survival[$0]] })

            let median = read.block(titled: name + ", median")
            #expect(median?.rows == curve.median.map { [[$0, 0.5, $0, 0]] })
        }
    }

    @Test func theTableCountsPatientsUnderTheTicks() throws {
        let read = try script(KaplanMeierFigure(curves: SampleData.twoGroups, timeUnit: "months"))
        // From the top down: tick labels, then a row of numbers for each group.
        let rows = read.columnLabels.sorted { $0.key > $1.key }.map(\.value)
        #expect(rows.count == 3)
        let ticks = rows[0].map(\.x)
        #expect(ticks == [0, 24, 48, 72, 96, 120])
        #expect(rows[0].map(\.text) == ["0", "24", "48", "72", "96", "120"])
        for (row, curve) in zip(rows.dropFirst(), SampleData.twoGroups) {
            #expect(row.map(\.x) == ticks)
            for (x, text) in row {
                // Those who left before x are no longer at risk at x.
                let left = zip(curve.time, zip(curve.eventCount, curve.censoredCount)).filter { $0.0 < x }
                    .reduce(0) { $0 + $1.1.0 + $1.1.1 }
                #expect(text == String(curve.patients - left))
            }
        }
    }

    @Test func aBandEndsWhereTheIntervalDoes() throws {
        let curve = SampleData.curve("all die", time: [1, 2, 3, 4], event: [true, true, true, true])
        #expect(curve.lower.last?.isNaN == true)
        let band = try #require(
            try script(KaplanMeierFigure(curves: [curve])).block(titled: "all die, confidence interval"))
        #expect(band.rows.last == [4, curve.lower[2], curve.upper[2]])
        #expect(band.rows.allSatisfy { $0.allSatisfy(\.isFinite) })
    }

    @Test func survivalOfOneHasAFlatBandEvenWhereTheEstimatorReportsNone() throws {
        var curve = SampleData.curve("fine", time: [1, 2, 3], event: [false, false, false])
        curve.lower = [.nan, .nan, .nan]
        curve.upper = [.nan, .nan, .nan]
        let read = try script(KaplanMeierFigure(curves: [curve]))
        #expect(read.block(titled: "fine")?.column(1) == [1, 1, 1, 1])
        let band = try #require(read.block(titled: "fine, confidence interval"))
        #expect(band.rows.allSatisfy { $0[1] == 1 && $0[2] == 1 })
        #expect(read.blocks("segments").isEmpty)
    }

    @Test(arguments: 1...10) func legendAndNotesKeepClearOfTheCurves(groups: Int) throws {
        let curves = (0..<groups).map {
            SampleData.curve("Group \($0)", patients: 60, median: 15 + 20 * Double($0), seed: UInt64(100 + $0))
        }
        let figure = try KaplanMeierFigure(curves: curves, logRankP: 0.2, hazardRatio: "HR 1.2").figure()
        let panel = figure.panels[0]
        let entries = try #require(panel.legend?.entries)
        #expect(entries.map(\.entry.text) == curves.map(\.name))
        var boxes = entries.map {
            Rectangle(x: $0.x, y: $0.y - 1.2, width: Legend.width($0.entry), height: 2.4)
        }
        for label in panel.labels {
            if case .page(let x, let y) = label.anchor, y > panel.area.y {
                let width = TextMetrics.width(label.text, size: label.size)
                boxes.append(Rectangle(x: x, y: y - 1.2, width: width, height: 2.4))
            }
        }
        #expect(boxes.count == groups + 2)
        for (index, box) in boxes.enumerated() {
            #expect(box.right <= figure.width && box.top <= figure.height)
            for other in boxes[(index + 1)...] {
                #expect(box.right <= other.x || other.right <= box.x || box.top <= other.y || other.top <= box.y)
            }
            // Sample the curves densely, by the definition of a step function.
            for curve in curves {
                for share in stride(from: 0.0, through: 1, by: 0.002) {
                    let time = share * panel.x.range.upperBound
                    guard time <= curve.time.last ?? 0 else { continue }
                    let survival = zip(curve.time, curve.survival).filter { $0.0 <= time }.last?.1 ?? 1
                    let x = panel.area.x + share * panel.area.width
                    let y = panel.area.y + survival / panel.y.range.upperBound * panel.area.height
                    let isInside = x > box.x && x < box.right && y > box.y && y < box.top
                    #expect(!isInside, "\(curve.name ?? "") runs through the text at \(box)")
                }
            }
        }
    }

    @Test func longNamesGetLinesOfTheirOwn() throws {
        let long = "treated with the combination of two drugs and radiation"
        let curves = [
            SampleData.curve(long, patients: 30, median: 20, seed: 1),
            SampleData.curve("control", patients: 30, median: 40, seed: 2),
        ]
        let panel = try KaplanMeierFigure(curves: curves).figure().panels[0]
        #expect(panel.area.width > 70)
        let heights = panel.labels.compactMap { label -> (String, Double)? in
            if case .page(_, let y) = label.anchor { (label.text, y) } else { nil }
        }
        let name = try #require(heights.first { $0.0 == long })
        let numbers = panel.labels.compactMap { label -> Double? in
            if case .column(_, let y) = label.anchor { y } else { nil }
        }
        #expect(numbers.allSatisfy { abs($0 - name.1) > 2 })
    }

    @Test func theLogRankTestIsWrittenAsPapersDo() throws {
        func note(_ p: Double) throws -> [String] {
            try KaplanMeierFigure(curves: SampleData.twoGroups, logRankP: p).figure().panels[0].notes
        }
        #expect(try note(0.0032) == ["Log-rank p = 0.0032"])
        #expect(try note(0.27) == ["Log-rank p = 0.27"])
        #expect(try note(0.041) == ["Log-rank p = 0.041"])
        #expect(try note(3e-9) == ["Log-rank p < 0.0001"])
        #expect(try note(0.9996) == ["Log-rank p > 0.99"])
        #expect(try note(.nan) == [])
    }

    @Test func whatCannotBeDrawnIsNamed() throws {
        #expect(throws: FigureError.nothingToDraw("the Kaplan-Meier curves have no patients")) {
            try KaplanMeierFigure(curves: []).figure()
        }
        #expect(throws: FigureError.nothingToDraw("the Kaplan-Meier curves have no patients")) {
            try KaplanMeierFigure(curves: [SampleData.curve("none", time: [], event: [])]).figure()
        }
        var broken = SampleData.twoGroups[0]
        broken.survival[3] = .nan
        #expect {
            try KaplanMeierFigure(curves: [broken]).figure()
        } throws: { error in
            (error as? FigureError)?.errorDescription
                == "the curve of Low risk has the survival nan, which is not between 0 and 1"
        }
    }

    @Test func oneEmptyGroupIsCountedButNotDrawn() throws {
        let empty = SampleData.curve("empty", time: [], event: [])
        let figure = try KaplanMeierFigure(curves: [SampleData.twoGroups[0], empty]).figure()
        #expect(figure.panels[0].tickTable?.rows[1].cells.allSatisfy { $0 == "0" } == true)
        #expect(!figure.panels[0].series.contains { $0.name?.contains("empty") == true })
    }
}
