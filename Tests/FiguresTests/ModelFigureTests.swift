import Foundation
import Projection
import Results
import SurvivalStatistics
import Testing

@testable import Figures

/// What is drawn of embeddings, models and columns is what was given.
@Suite struct ModelFigureTests {
    private func read(_ figure: Figure) -> ScriptReader { ScriptReader(GnuplotScript.render(figure, output: "x.svg")) }

    private func close(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) }
    }

    // MARK: Maps

    @Test func aSecondRowIsColouredByGroupsOrNumbers() throws {
        let map = SampleData.map(patients: 40)
        let groups: [String?] = (0..<40).map { $0 == 0 ? nil : $0 % 2 == 0 ? "even" : "odd" }
        let figure = try EmbeddingFigure(
            map, coloring: .init(name: "parity", values: .groups(groups, order: ["even", "odd"]))
        ).figure()
        #expect(figure.panels.count == 4)
        #expect(figure.panels[2].legend?.entries.map(\.entry.text) == ["even", "odd", "not known"])
        let blocks = read(figure).blocks("points")
        for (block, panel) in zip(blocks[2...], map.panels) {
            let colors = ["even": 0x0072B2, "odd": 0xD55E00]
            let wanted = panel.points.map {
                [$0.x, $0.y, Double(groups[$0.patient].flatMap { colors[$0] } ?? 0xB3B3B3)]
            }
            let drawn = block.rows.map { [$0[0], $0[1], Double(Int($0[2]) & 0xFFFFFF)] }
            #expect(Set(drawn) == Set(wanted) && drawn.count == wanted.count)
        }
        // Numbers: each point in its value's colour.
        let ages = (0..<40).map { $0 == 3 ? Double.nan : Double($0) }
        let numbers = try EmbeddingFigure(map, coloring: .init(name: "age", values: .numbers(ages))).figure()
        let scale = ColorScale.sequential(0...39)
        let row = read(numbers).blocks("points")[2]
        let wanted = map.panels[0].points.map { point -> [Double] in
            let color = scale.color(ages[point.patient])
            return [point.x, point.y, Double(Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue))]
        }
        #expect(Set(row.rows.map { [$0[0], $0[1], Double(Int($0[2]) & 0xFFFFFF)] }) == Set(wanted))
        let error = #expect(throws: FigureError.self) {
            try EmbeddingFigure(map, coloring: .init(name: "x", values: .numbers(ages.map { _ in .nan }))).figure()
        }
        #expect(error == .nothingToDraw("x is known of no patient"))
    }

    @Test func aSilhouetteOfNothingHasNoSign() {
        #expect(EmbeddingFigure.note(ofSilhouette: -0.001) == "Silhouette 0.00")
        #expect(EmbeddingFigure.note(ofSilhouette: -0.128) == "Silhouette −0.13")
    }

    @Test func cornersTellAlignmentAndSilhouetteClearOfThePoints() throws {
        var random = SampleData.Random(9)
        let rows = Array(0..<60)
        func vectors() -> Matrix { Matrix(rows: 60, columns: 4, values: (0..<240).map { _ in random.normal() }) }
        var covariates = Table(rowCount: 60)
        covariates["age"] = .numbers(rows.map(Double.init))
        let embeddings = Embeddings(
            patients: rows.map(String.init),
            parts: Embeddings.Role.allCases.flatMap { role in
                ["histology", "genomics"].map { .init(modality: $0, role: role, rows: rows, vectors: vectors()) }
            }, covariates: covariates)
        let quality = try EmbeddingQuality(embeddings) { _ in }
        let map = try EmbeddingMap(embeddings, perplexity: 10, seed: 1) { _ in }
        let figure = try EmbeddingFigure(map, quality: quality).figure()
        func values(_ measure: String, _ prefix: String) -> [Double] {
            quality.entries.filter { $0.measure == measure && $0.subject.hasPrefix(prefix) }.compactMap(\.value)
        }
        let recall = values("recall@1", "shared")
        #expect(recall.count == 2)
        #expect(
            figure.panels[0].notes == [
                String(format: "Recall@1 %.3f (chance 0.017)", (recall[0] + recall[1]) / 2),
                String(format: "Silhouette %.2f", values("silhouette", "shared,")[0]).replacing("-", with: "−"),
            ])
        #expect(figure.panels[1].notes.count == 1)
        // A second row has its points at the same places.
        let coloring = EmbeddingFigure.Coloring(name: "age", values: .numbers(rows.map(Double.init)))
        let twice = try EmbeddingFigure(map, quality: quality, coloring: coloring).figure()
        #expect(twice.panels[2].notes.isEmpty && twice.panels[2].labels.isEmpty)
        #expect(
            zip(twice.panels, twice.panels[2...]).allSatisfy { $0.frame != .box || $1.frame != .box || $0.x == $1.x })
        for panel in figure.panels {
            for label in panel.labels {
                guard case .page(let x, let y) = label.anchor else { continue }
                let width = TextMetrics.width(label.text, size: label.size)
                for (a, b) in zip(panel.series[0].columns[0], panel.series[0].columns[1]) {
                    let place = (
                        panel.area.x + panel.x.fraction(a) * panel.area.width,
                        panel.area.y + panel.y.fraction(b) * panel.area.height
                    )
                    let isHidden = place.0 > x && place.0 < x + width && abs(place.1 - y) < Theme.smallLineHeight / 2
                    #expect(!isHidden, "\(label.text)")
                }
            }
        }
    }

    /// Quality is of the patients with every modality; where more are drawn the caption says so.
    @Test func qualityOfFewerThanAreDrawnSaysSo() throws {
        var random = SampleData.Random(4)
        let parts = Embeddings.Role.allCases.flatMap { role in
            [("histology", 40), ("genomics", 25)].map { modality, count in
                Embeddings.Part(
                    modality: modality, role: role, rows: Array(0..<count),
                    vectors: Matrix(rows: count, columns: 3, values: (0..<3 * count).map { _ in random.normal() }))
            }
        }
        let embeddings = Embeddings(
            patients: (0..<40).map(String.init), parts: parts, covariates: Table(rowCount: 40))
        let map = try EmbeddingMap(embeddings, perplexity: 8, seed: 1) { _ in }
        let figure = EmbeddingFigure(map, quality: try EmbeddingQuality(embeddings) { _ in })
        #expect(figure.caption?.hasSuffix("; alignment and silhouette of 25 with all modalities") == true)
        #expect(EmbeddingFigure(map).caption?.contains("with all") == false)
        // Both with three decimals: a recall of 0.02 is not below a chance of 0.025 by rounding.
        #expect(figure.panels[0].notes[0].firstMatch(of: /^Recall@1 0\.\d{3} \(chance 0\.040\)$/) != nil)
    }

    @Test func pointsLetMoreThroughWhereTheyCrowd() throws {
        let crowd = (0..<400).map { EmbeddingFigure.Point(patient: $0, modality: "m", x: Double($0) * 1e-6, y: 0) }
        let lone = EmbeddingFigure.Point(patient: 400, modality: "m", x: 1, y: 1)
        let series = try EmbeddingFigure(panels: [.init(title: "x", points: crowd + [lone])]).figure().panels[0].series[
            0]
        let opacities = try #require(series.pointOpacities)
        #expect(opacities[0] == 0.2 && opacities[400] == 0.9)
        let block = read(try EmbeddingFigure(panels: [.init(title: "x", points: crowd + [lone])]).figure()).blocks(
            "points")[0]
        // gnuplot's alpha is 0 for opaque: 0.8 and 0.1 (a little less, in binary) of 255.
        #expect(Int(block.rows[0][2]) >> 24 == 204 && Int(block.rows[400][2]) >> 24 == 25)
    }

    @Test func aCollapsedEmbeddingIsDrawnAtOnePlace() throws {
        let rows = Array(0..<20)
        let vectors = Matrix(rows: 20, columns: 3, values: [Double](repeating: 0.3, count: 60))
        let embeddings = Embeddings(
            patients: rows.map(String.init),
            parts: ["histology", "genomics"].map { .init(modality: $0, role: .shared, rows: rows, vectors: vectors) },
            covariates: Table(rowCount: 20))
        let map = try EmbeddingMap(embeddings, perplexity: 10, seed: 1) { _ in }
        #expect(try EmbeddingFigure(map).figure().panels[0].notes == ["All 40 points lie at one place"])
    }

    @Test func identicalPointsAreAClearFigure() throws {
        let points = (0..<30).map { EmbeddingFigure.Point(patient: $0, modality: "m", x: 2, y: 3) }
        let figure = try EmbeddingFigure(panels: [.init(title: "x", points: points)]).figure()
        #expect(figure.panels[0].notes == ["All 30 points lie at one place"])
        #expect(figure.panels[0].x.range == 1...3 && figure.panels[0].y.range == 2...4)
        let error = #expect(throws: FigureError.self) {
            try EmbeddingFigure(panels: [
                .init(title: "x", points: [.init(patient: 4, modality: "rna", x: 0, y: .nan)])
            ]).figure()
        }
        #expect(error?.errorDescription == "patient 5 has no place in the map: its rna coordinates are 0.0, nan")
    }

    /// A map of 100,000 points takes less than ten times what a map of 20,000 takes, and its script redraws it.
    @Test(.enabled(if: Picture.canBeDrawn, "gnuplot with its pngcairo terminal is needed"))
    func aHundredThousandPointsAreDrawn() throws {
        var random = SampleData.Random(1)
        func points(_ count: Int) -> [EmbeddingFigure.Point] {
            (0..<count).map {
                .init(patient: $0 / 2, modality: $0 % 2 == 0 ? "a" : "b", x: random.normal(), y: random.normal())
            }
        }
        let folder = try TemporaryFolder()
        func seconds(_ count: Int) throws -> Double {
            let start = ContinuousClock.now
            let figure = try EmbeddingFigure(
                panels: [.init(title: "all", points: points(count), notes: ["Silhouette 0.1"])], width: .doubleColumn
            ).figure()
            #expect(figure.markCount == count)
            try figure.write(to: folder.file("map\(count)"), format: .png)
            return (ContinuousClock.now - start) / .seconds(1)
        }
        let (small, large) = (try seconds(20_000), try seconds(100_000))
        #expect(large < 10 * small, "\(large) s against \(small) s")
        print("a map of 100,000 points: \(large) s")
        let (script, picture) = (try folder.bytes("map100000.gp"), try folder.bytes("map100000.png"))
        #expect(script.count < 8_000_000 && picture.count < 2_000_000)
        try FileManager.default.removeItem(atPath: folder.file("map100000.png"))
        #expect(try TemporaryFolder.gnuplot("map100000.gp", in: folder.path).output == "")
        #expect(try folder.bytes("map100000.png") == picture)
    }

    /// Long scripts are loaded by name, and a name is never a command.
    @Test(arguments: ["`touch pwned`", "'; system 'touch pwned' #", "<touch pwned", "|touch pwned", "~root", "a'b\"c"])
    func aLongScriptOfAnyNameIsLoaded(name: String) throws {
        let folder = try TemporaryFolder()
        let points = (0..<12_000).map {
            EmbeddingFigure.Point(patient: $0, modality: "m", x: sin(Double($0)), y: Double($0))
        }
        try EmbeddingFigure(panels: [.init(title: "x", points: points)]).figure().write(to: folder.file(name))
        #expect(try folder.bytes(name + ".gp").count > 250_000)
        #expect(folder.names == [name + ".gp", name + ".svg"].sorted())
    }

    // MARK: Models

    @Test func aHeatMapHasEachValueInItsTile() throws {
        let figure = try SampleFigures.heatMap()
        let matrix = SampleFigures.cosines
        let rows = try HierarchicalClustering(matrix, names: SampleFigures.tokens)
        #expect(figure.panels[0].y.ticks.map(\.label) == rows.order.map { SampleFigures.tokens[$0] })
        #expect(figure.panels[0].x.ticks.map(\.label).sorted() == (1...6).map(String.init))
        let columns = figure.panels[0].x.ticks.map { (Int($0.label) ?? 0) - 1 }
        let limit = matrix.values.map(abs).max()!
        let block = try #require(read(figure).block(titled: "Cosine of token and prototype"))
        #expect(block.rows.count == 72)
        for row in block.rows {
            let (x, y) = (Int(((row[0] + row[1]) / 2).rounded()), Int(((row[2] + row[3]) / 2).rounded()))
            let value = matrix[rows.order[SampleFigures.tokens.count - y], columns[x - 1]]
            let color = ColorScale.diverging(limit: limit).color(value)
            #expect(Int(row[4]) == Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue))
        }
        let (low, high) = (matrix.values.min()!, matrix.values.max()!)
        #expect(
            figure.description
                == "Cosine of token and prototype, of 12 rows and 6 columns (Prototype). Values from "
                + "\(Words.number(low)) to \(Words.number(high)). average linkage of Euclidean distances.")
        // The tree's highest bracket is the last join; its leaves end at 0.
        let tree = try #require(read(figure).block(titled: "tree of rows"))
        #expect(tree.rows.count == 3 * rows.joins.count)
        #expect(close([tree.rows.map { $0[0] }.max()!], [rows.joins.map(\.height).max()!]))
        #expect(tree.rows.filter { $0[0] == 0 || $0[2] == 0 }.count == SampleFigures.tokens.count)
    }

    @Test func manyRowsOfAHeatMapLoseTheirNamesAndSaySo() throws {
        let matrix = Matrix(rows: 400, columns: 3, values: (0..<1200).map { Double($0 % 7) })
        let figure = try HeatMapFigure(
            values: matrix, rowNames: (0..<400).map { "gene \($0)" }, columnNames: ["a", "b", "c"],
            scale: .diverging(limit: 7), valueName: "z"
        ).figure()
        #expect(figure.caption == "names of 400 rows left out" && figure.height < 240)
        #expect(figure.panels[0].y.ticks.allSatisfy { $0.label.isEmpty })
        #expect(throws: FigureError.self) {
            try HeatMapFigure(
                values: Matrix(rows: 0, columns: 0, values: []), rowNames: [], columnNames: [],
                scale: .diverging(limit: 1), valueName: "z"
            ).figure()
        }
    }

    @Test func aSlideHasEachPatchInItsPlace() throws {
        let figure = try SlideFigure(slides: SampleFigures.slides, weightName: "w").figure()
        let blocks = read(figure).blocks("tiles")
        #expect(blocks.count == 3 && figure.panels[0].title == "TCGA-01-A.1")
        let weights = SampleFigures.slides.flatMap(\.weights).sorted()
        let scale = ColorScale.sequential(0...weights[weights.count - 1 - weights.count / 100])
        for (block, slide) in zip(blocks, SampleFigures.slides) {
            let wanted = slide.x.indices.map { patch -> [Double] in
                let color = scale.color(slide.weights[patch])
                return [
                    slide.x[patch], slide.x[patch] + 256, -slide.y[patch] - 256, -slide.y[patch],
                    Double(Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue)),
                ]
            }
            #expect(Set(block.rows) == Set(wanted) && block.rows.count == wanted.count)
        }
        let strip = SampleFigures.slides[1].weights
        #expect(
            figure.description.hasSuffix(
                "TCGA-01-A.2: 120 patches, from \(Words.number(strip.min()!)) to \(Words.number(strip.max()!))."))
        #expect(figure.description.hasPrefix("w, of 2 slides. TCGA-01-A.1: "))
        // One scale of length for both.
        let pixels = figure.panels[..<2].map { ($0.x.range.upperBound - $0.x.range.lowerBound) / $0.area.width }
        #expect(close([pixels[0]], [pixels[1]]))
        var bad = SampleFigures.slides
        bad[0].weights[7] = .nan
        let error = #expect(throws: FigureError.self) { try SlideFigure(slides: bad, weightName: "w").figure() }
        #expect(error?.errorDescription == "a patch of TCGA-01-A.1 has nan for its place or weight")
        let lone = SlideFigure.Slide(name: "one", x: [512], y: [1024], weights: [1])
        #expect(try SlideFigure(slides: [lone], weightName: "w").figure().panels[0].x.range == 512...768)
    }

    /// Patches of each slide are as wide as they lie apart there.
    @Test func slidesOfDifferentMagnificationHaveTheirOwnPatches() throws {
        func slide(_ name: String, step: Double, count: Int) -> SlideFigure.Slide {
            let places = (0..<count * count).map { (x: step * Double($0 % count), y: step * Double($0 / count)) }
            return .init(name: name, x: places.map(\.x), y: places.map(\.y), weights: places.map { _ in 1 })
        }
        let slides = [
            slide("40x", step: 512, count: 6), slide("20x", step: 256, count: 3), slide("one", step: 1, count: 1),
        ]
        let figure = try SlideFigure(slides: slides, weightName: "w").figure()
        let sides = read(figure).blocks("tiles").prefix(3).map { block in
            Set(block.rows.flatMap { [$0[1] - $0[0], $0[3] - $0[2]] })
        }
        #expect(sides == [[512], [256], [512]])
        #expect(figure.panels[1].x.range == 0...768)
    }

    @Test func calibrationHasTwoEqualAxesAndEachGroup() throws {
        let (grouped, smooth) = SampleFigures.calibrated
        let figure = try CalibrationFigure(grouped: grouped, smooth: smooth).figure()
        #expect(figure.panels[0].x.range == figure.panels[0].y.range)
        #expect(figure.panels[0].area.width == figure.panels[0].area.height)
        let read = read(figure)
        #expect(
            read.block(titled: "groups")?.rows == grouped.groups.map { [1 - $0.predicted, 1 - $0.observed] })
        #expect(
            read.block(titled: "intervals")?.rows
                == grouped.groups.map { [1 - $0.predicted, 1 - $0.upper, 1 - $0.predicted, 1 - $0.lower] })
        #expect(read.block(titled: "spline")?.rows == zip(smooth.predicted, smooth.observed).map { [$0, $1] })
        #expect(figure.panels[0].notes == ["Slope 1.12 (0.83–1.41)", "ICI 0.034"])
        // A group that was not followed so long is not drawn, and counted.
        var unseen = grouped
        unseen.groups[2].observed = .nan
        let fewer = try CalibrationFigure(grouped: unseen, timeUnit: "years").figure()
        #expect(self.read(fewer).block(titled: "groups")?.rows.count == 9)
        #expect(fewer.panels[0].notes == ["1 of 10 groups ends before 5 years"])
        unseen.groups = []
        #expect(throws: FigureError.nothingToDraw("no group was followed to the horizon")) {
            try CalibrationFigure(grouped: unseen).figure()
        }
    }

    @Test func differencesAreBarsFromZeroWithIntervalsAndParts() throws {
        let figure = try SampleFigures.differences()
        let read = read(figure)
        #expect(read.block(titled: "no contrast, change")?.rows == [[-0.012, 0, 1.7, 2.3]])
        #expect(read.block(titled: "one view, change")?.rows == [[0, 0.004, 0.7, 1.3]])
        #expect(read.block(titled: "no contrast, interval")?.rows == [[-0.03, 2, 0.006, 2]])
        #expect(read.block(titled: "no contrast, parts")?.column(0) == [-0.02, -0.002, -0.014])
        #expect(
            figure.panels[0].sideColumns[0].cells == [
                "−0.041 (−0.066 to −0.016)", "−0.012 (−0.030 to +0.006)", "+0.004 (−0.011 to +0.019)",
            ])
        #expect(throws: FigureError.self) {
            try DifferenceFigure(
                models: [.init(name: "x", change: .nan, lower: 0, upper: 1, parts: [])], metric: "C", reference: "y"
            ).figure()
        }
    }

    @Test func aComparisonWithIntervalsShowsThem() throws {
        let figure = try SampleFigures.comparison()
        #expect(figure.panels[0].sideColumns[0].title == "Mean (95% CI)")
        #expect(figure.panels[0].sideColumns[0].cells[0] == "0.704 (0.668–0.740)")
        let spread = try #require(read(figure).block(titled: "tta, interval of the mean")?.rows.first)
        #expect(spread[0] == 0.668 && spread[2] == 0.74)
    }

    @Test func aBandAndAReferenceAreDrawn() throws {
        let read = read(try SampleFigures.withheld())
        #expect(close(read.block(titled: "C-index, interval")?.rows[1] ?? [], [25, 0.692, 0.708]))
        #expect(read.block(titled: "reference")?.rows == [[0, 0.6, 100, 0.6]])
        #expect(read.block(titled: "C-index, values")?.rows.count == 5)
    }

    // MARK: Columns

    @Test func boxesHaveTheirSummaries() throws {
        let values = SampleFigures.normal(90, seed: 1) + [9]
        let figure = try BoxFigure(
            panels: [.init(categories: [.init(name: "a", boxes: [.init(values: values)])])], yTitle: "y"
        ).figure()
        let (read, summary) = (read(figure), try #require(BoxSummary(values)))
        #expect(
            read.block(titled: "a, quartiles")?.rows == [[0.78, 1.22, summary.lowerQuartile, summary.upperQuartile]])
        #expect(read.block(titled: "a, median")?.rows == [[0.78, summary.median, 1.22, summary.median]])
        #expect(
            read.block(titled: "a, whiskers")?.rows == [
                [1, summary.lowerQuartile, 1, summary.lowerWhisker],
                [1, summary.upperQuartile, 1, summary.upperWhisker],
            ])
        #expect(read.block(titled: "a, outliers")?.rows.map { $0[1] } == summary.outliers)
        #expect(summary.outliers.last == 9)
        // Of few values each is drawn; of one, a line.
        let few = try BoxFigure(
            panels: [.init(categories: [.init(name: "a", boxes: [.init(values: [3, 1, 2])])])], yTitle: "y"
        ).figure()
        #expect(self.read(few).block(titled: "a, values")?.column(1) == [3, 1, 2])
        #expect(throws: FigureError.nothingToDraw("there are no values for a box")) {
            try BoxFigure(panels: [.init(categories: [.init(name: "a", boxes: [.init(values: [])])])], yTitle: "y")
                .figure()
        }
    }

    @Test func aHistogramHasItsCounts() throws {
        let bins = HistogramBins([1, 2, 2, 3, 9.5], count: 5)
        let counts = bins.counts([1, 2, 2, 3, 9.5])
        let read = read(
            try HistogramFigure(bins: bins, groups: [.init(counts: counts)], xTitle: "x").figure())
        let drawn = try #require(read.block(titled: "counts")?.rows)
        let wanted = counts.indices.filter { counts[$0] > 0 }.map {
            [bins.edges[$0], bins.edges[$0 + 1], 0, Double(counts[$0])]
        }
        #expect(drawn == wanted)
        #expect(throws: FigureError.nothingToDraw("nothing was counted")) {
            try HistogramFigure(bins: bins, groups: [.init(counts: counts.map { _ in 0 })], xTitle: "x").figure()
        }
    }

    @Test func aScatterHasItsPoints() throws {
        let figure = try SampleFigures.scatter()
        let block = try #require(read(figure).block(titled: "points"))
        let wanted = zip(SampleFigures.scattered, [0x0072B2, 0xD55E00]).flatMap { group, color in
            group.x.indices.map { [group.x[$0], group.y[$0], Double(color)] }
        }
        #expect(Set(block.rows.map { [$0[0], $0[1], Double(Int($0[2]) & 0xFFFFFF)] }) == Set(wanted))
        #expect(block.rows.count == wanted.count)
        #expect(figure.panels[0].legend?.entries.map(\.entry.text) == ["low", "high"])
        #expect(throws: FigureError.invalidValue("a point cannot be drawn at inf")) {
            try ScatterFigure(groups: [.init(x: [.infinity], y: [1])], xTitle: "x", yTitle: "y").figure()
        }
    }

    // MARK: Names

    @Test(arguments: HostileTextTests.names) func aNameIsDrawnAsTypedAndNeverRun(name: String) throws {
        let folder = try TemporaryFolder()
        let one = Matrix(rows: 2, columns: 2, values: [1, -1, 0.5, 0])
        let point = EmbeddingFigure.Point(patient: 0, modality: "m", x: 0, y: 0)
        let bins = HistogramBins([1, 2, 3])
        let figures: [String: Figure] = [
            "row": try EmbeddingFigure(
                panels: [.init(title: "t", points: [point], notes: [name])],
                coloring: .init(name: name, values: .groups([name], order: [name]))
            ).figure(),
            "scale": try EmbeddingFigure(
                panels: [.init(title: "t", points: [point])], coloring: .init(name: name, values: .numbers([1]))
            ).figure(),
            "heat": try HeatMapFigure(
                values: one, rowNames: [name, "b"], columnNames: ["c", name], scale: .diverging(limit: 1),
                valueName: name, title: name, caption: name
            ).figure(),
            "slide": try SlideFigure(
                slides: [.init(name: name, x: [0, 1], y: [0, 0], weights: [1, 2])], weightName: "w"
            ).figure(),
            "difference": try DifferenceFigure(
                models: [.init(name: name, change: 1, lower: 0, upper: 2, parts: [1])], metric: name, reference: name
            ).figure(),
            "scatter": try ScatterFigure(
                groups: [.init(name: name, x: [1, 2], y: [1, 2])], xTitle: name, yTitle: name, notes: [name]
            ).figure(),
            "histogram": try HistogramFigure(
                bins: bins,
                groups: [
                    .init(name: name, counts: bins.counts([1, 2, 3])), .init(name: "b", counts: bins.counts([2])),
                ],
                xTitle: name
            ).figure(),
            "box": try BoxFigure(
                panels: [
                    .init(
                        title: name, xTitle: name,
                        categories: [.init(name: name, boxes: [.init(group: name, values: [1, 2])], remark: name)])
                ], yTitle: name
            ).figure(),
            "calibration": try CalibrationFigure(grouped: SampleFigures.calibrated.grouped, timeUnit: name).figure(),
        ]
        for (kind, figure) in figures {
            let script = GnuplotScript.render(figure, output: "\(kind).svg")
            try Data(script.utf8).write(to: URL(fileURLWithPath: folder.file("\(kind).gp")))
            let run = try TemporaryFolder.gnuplot("\(kind).gp", in: folder.path)
            #expect(run.code == 0 && run.output == "", "\(kind): \(run.output)")
            let svg = String(decoding: try folder.bytes("\(kind).svg"), as: UTF8.self)
            let texts = svg.matches(of: /<text>(.*)<\/text>/).map {
                String($0.1).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
                    .replacing("&amp;", with: "&")
            }
            let wanted = name.replacing("\u{1B}", with: "").replacing("\t", with: " ").replacing("\n", with: " ")
                .trimmingCharacters(in: .whitespaces)
            // A name in an axis title of several lines stands line by line; elsewhere as a whole.
            let shown = texts.contains { $0.trimmingCharacters(in: .whitespaces) == wanted }
            #expect(wanted.isEmpty || kind == "calibration" || shown, "\(kind): \(texts)")
        }
        #expect(folder.names.count == 2 * figures.count, "\(folder.names)")
        let here = FileManager.default.currentDirectoryPath
        #expect(try FileManager.default.contentsOfDirectory(atPath: here).allSatisfy { !$0.hasPrefix("pwned") })
    }

    @Test func everyKindIsDrawnInTheTerminal() throws {
        for (name, figure) in SampleFigures.all {
            let text = try figure().drawInTerminal(width: 80)
            #expect(
                text.split(separator: "\n").allSatisfy { TextMetrics.columns(String($0)) <= 80 }, "\(name)\n\(text)")
            #expect(text.contains { "●▒█░▓ox■•◆⠉⣀─".contains($0) }, "\(name)\n\(text)")
        }
        let heat = try SampleFigures.heatMap().drawInTerminal(width: 80)
        #expect(SampleFigures.tokens.allSatisfy { heat.contains($0.prefix(20)) }, "\(heat)")
    }
}
