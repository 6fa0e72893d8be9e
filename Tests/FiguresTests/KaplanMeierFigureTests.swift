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

    // MARK: The extended table

    /// Every patient of a group is at risk, censored or has had the event, at each tick; the numbers come from the data,
    /// patient by patient, not from the curve.
    @Test func theExtendedTableSumsToThePatients() throws {
        let time = [1.0, 5, 5, 5, 7, 10, 10, 12, 15, 15, 18, 20]
        let event = [true, true, false, true, false, true, false, true, true, false, false, true]
        let curve = SampleData.curve("treated", time: time, event: event)
        let other = SampleData.curve("control", time: time.map { $0 + 2 }, event: event.map { !$0 })
        let figure = try KaplanMeierFigure(curves: [curve, other], table: .extended).figure()
        let panel = figure.panels[0]
        let ticks = panel.x.ticks.map(\.position)
        #expect(ticks.contains(5) && ticks.contains(10))
        let rows = try #require(panel.tickTable?.rows)
        #expect(
            rows.map(\.name) == [
                "treated", "At risk", "Censored", "Events", "control", "At risk", "Censored", "Events",
            ])
        for (first, shift, isEvent) in [(1, 0.0, event), (5, 2.0, event.map { !$0 })] {
            for (tick, position) in ticks.enumerated() {
                let before = time.indices.filter { time[$0] + shift < position }
                let counts = [
                    time.count - before.count, before.filter { !isEvent[$0] }.count,
                    before.filter { isEvent[$0] }.count,
                ]
                #expect(counts.reduce(0, +) == time.count)
                #expect((0..<3).map { rows[first + $0].cells[tick] } == counts.map(String.init))
            }
        }
        // On the page: each line of numbers at a height of its own, from the top down as in the table.
        let read = ScriptReader(GnuplotScript.render(figure, output: "x.svg"))
        let placed = read.columnLabels.sorted { $0.key > $1.key }.map(\.value)
        #expect(placed.count == 1 + 6)
        let numbered = rows.filter { !$0.cells.isEmpty }
        for (line, row) in zip(placed.dropFirst(), numbered) {
            #expect(line.map(\.x) == ticks)
            #expect(line.map(\.text) == row.cells)
        }
    }

    @Test func aTableCanBeLeftOut() throws {
        let with = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        let without = try KaplanMeierFigure(curves: SampleData.twoGroups, table: .none).figure()
        #expect(without.panels[0].tickTable == nil && without.height < with.height)
        #expect(without.panels[0].series.map(\.name) == with.panels[0].series.map(\.name))
    }

    // MARK: The horizon

    @Test func nothingIsDrawnBeyondTheHorizon() throws {
        let curves = SampleData.threeGroups
        let figure = try KaplanMeierFigure(curves: curves, logRankP: 0.01, timeUnit: "months", horizon: 50).figure()
        let panel = figure.panels[0]
        #expect(panel.x.range == 0...50)
        #expect(panel.x.ticks.map(\.position) == [0, 12, 24, 36, 48])
        for series in panel.series where series.name != "one half" {
            let largest = series.columns[0].max() ?? 0
            #expect(largest <= 50, "\(series.name ?? "") goes to \(largest)")
        }
        let read = ScriptReader(GnuplotScript.render(figure, output: "x.svg"))
        for curve in curves {
            let steps = try #require(read.block(titled: curve.name ?? ""))
            let kept = curve.time.indices.filter { curve.time[$0] <= 50 }
            #expect(steps.column(0) == [0] + kept.map { curve.time[$0] } + [50])
            let last = try #require(kept.last)
            #expect(steps.rows.last == [50, curve.survival[last]])
            // A median beyond it is not drawn.
            #expect((read.block(titled: curve.name! + ", median") != nil) == (curve.median.map { $0 <= 50 } ?? false))
        }
        // A horizon beyond the follow-up leaves the curves as they are.
        let far = try KaplanMeierFigure(curves: curves, horizon: 1000).figure()
        #expect(far.panels[0].x.range == 0...1000)
        #expect(
            far.panels[0].series.map(\.columns).last
                == (try KaplanMeierFigure(curves: curves).figure()).panels[0].series.map(\.columns).last)
        for bad in [0, -1, Double.nan, .infinity] {
            #expect(throws: FigureError.self) { try KaplanMeierFigure(curves: curves, horizon: bad).figure() }
        }
    }

    @Test func aHorizonBeforeTheFirstTimeShowsSurvivalOfOne() throws {
        let curve = SampleData.curve("late", time: [10, 20], event: [true, true])
        let read = try script(KaplanMeierFigure(curves: [curve], horizon: 5))
        #expect(read.block(titled: "late")?.rows == [[0, 1], [5, 1]])
    }

    // MARK: Size and strangeness

    @Test func manyTimesAreThinnedToWhatPaperCanShow() throws {
        let curve = SampleData.long(patients: 200_000)
        let figure = try KaplanMeierFigure(curves: [curve]).figure()
        let panel = figure.panels[0]
        let steps = try #require(panel.series.first { if case .steps = $0.mark { true } else { false } })
        #expect(steps.count < 6000)
        // At any time the drawn value is the curve's at a time less than 0.03 mm away.
        let (x, y) = (steps.columns[0], steps.columns[1])
        let reach = 0.03 / panel.area.width * panel.x.range.upperBound
        var drawn = 0
        for (time, survival) in zip(curve.time, curve.survival) {
            while drawn + 1 < x.count, x[drawn + 1] <= time + reach { drawn += 1 }
            let isNear = y[drawn] <= survival + 1e-12
            #expect(isNear, "at \(time) \(y[drawn]) is drawn for \(survival)")
            if !isNear { break }
        }
        #expect(y.last == curve.survival.last && x.last == curve.time.last)
        #expect(panel.series.allSatisfy { $0.count < 12_000 })
    }

    @Test func twelveGroupsAndOnePatientEach() throws {
        let twelve = (0..<12).map {
            SampleData.curve("Group \($0)", patients: 30, median: 20 + 5 * Double($0), seed: UInt64($0))
        }
        let single = (0..<12).map { SampleData.curve("P\($0)", time: [Double($0 + 1)], event: [$0 % 2 == 0]) }
        for curves in [twelve, single] {
            for table in RiskTable.allCases {
                let figure = try KaplanMeierFigure(curves: curves, table: table).figure()
                let steps = figure.panels[0].series.filter { if case .steps = $0.mark { true } else { false } }
                // The palette begins again with dashes: no two groups look alike.
                #expect(Set(steps.map { "\($0.color) \($0.mark)" }).count == 12)
                for label in figure.panels[0].labels {
                    if case .page(_, let y) = label.anchor { #expect(y > 0 && y < figure.height) }
                    if case .column(_, let y) = label.anchor { #expect(y > 0) }
                }
            }
        }
    }

    @Test func linesSurvivePrinting() throws {
        let figure = try KaplanMeierFigure(curves: SampleData.threeGroups, logRankP: 0.1, table: .extended).figure()
        for series in figure.panels[0].series {
            switch series.mark {
            case .line(let width, _), .steps(let width, _), .segments(let width, _), .strokes(_, let width):
                #expect(width >= 0.5)
            case .band, .stepBand, .points, .tiles: continue
            }
        }
        let sizes = Set((figure.labels + figure.panels[0].labels + figure.panels[0].placedTitles).map(\.size))
        #expect(sizes.allSatisfy { (5...7).contains($0) }, "\(sizes)")
    }

    @Test func modelsLieDashedOverTheCurve() throws {
        let curve = SampleData.curve("seen", patients: 50, median: 30, seed: 9)
        let model = LineFigure.Curve(name: "weibull", x: [0, 10, 20, 200], y: [1, 0.8, 0.6, 0.1])
        let read = try script(KaplanMeierFigure(curves: [curve], models: [model], horizon: 60))
        #expect(read.block(titled: "weibull")?.rows == [[0, 1], [10, 0.8], [20, 0.6]])
        let figure = try KaplanMeierFigure(curves: [curve], models: [model]).figure()
        #expect(figure.panels[0].y.range.lowerBound == 0)
        #expect(figure.panels[0].legend?.entries.map(\.entry.text) == ["seen", "weibull"])
    }

    @Test func theWordsHaveTheMainNumbers() throws {
        let curves = SampleData.twoGroups
        let figure = try KaplanMeierFigure(
            curves: curves, logRankP: 0.0032, hazardRatio: "HR 2.1 (95% CI 1.4–3.2), High vs Low", timeUnit: "months"
        ).figure()
        let words = figure.description
        for curve in curves {
            #expect(words.contains("\(curve.name!): \(curve.patients) patients, \(curve.events) events"))
        }
        #expect(words.contains("Log-rank p = 0.0032") && words.contains("HR 2.1 (95% CI 1.4–3.2), High vs Low"))
    }
}
